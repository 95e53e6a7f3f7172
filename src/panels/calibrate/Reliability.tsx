import { useState } from 'react';
import { type Bin, equalMassBins, equalWidthBins } from '../../core/metrics/calibration-error.ts';
import { confidences, ECE_BINS } from '../../core/metrics/figures.ts';
import { Disclosure } from '../../ui/feedback.tsx';
import { Select } from '../../ui/fields.tsx';
import { fixed, percent } from '../../ui/format.ts';
import { ReliabilityPlot } from '../../ui/ReliabilityPlot.tsx';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { BeforeAfter } from './before-after.ts';

type Kind = 'width' | 'mass';

/** Accuracy against confidence before and after, and the bins behind the pictures. */
export function Reliability({ answers }: { answers: BeforeAfter['answers'] }) {
  const [kind, setKind] = useState<Kind>('width');
  const binsOf = kind === 'width' ? equalWidthBins : equalMassBins;
  const sides = (['before', 'after'] as const).map((side) => ({
    side,
    title: side === 'before' ? 'Before' : 'After',
    bins: binsOf(confidences(answers[side]), ECE_BINS),
  }));
  return (
    <div className="reliabilities">
      <div className="section-head">
        <h3>Reliability</h3>
        <Select
          row
          label="Bins"
          value={kind}
          choices={[
            { value: 'width', label: 'of equal width' },
            { value: 'mass', label: 'of equal count' },
          ]}
          onChange={setKind}
        />
      </div>
      <div className="panel-columns">
        {sides.map(({ side, title, bins }) => (
          <figure key={side} className="reliability-figure">
            <figcaption className="small">
              {title}: share of right answers against confidence, in %. On the dashed line the two are equal.
            </figcaption>
            <ReliabilityPlot name={`${title}: accuracy by confidence`} bins={bins} />
            <Disclosure summary={`${title}: the bins`}>
              <BinTable bins={bins} name={`Bins, ${title.toLowerCase()}`} />
            </Disclosure>
          </figure>
        ))}
      </div>
    </div>
  );
}

function BinTable({ bins, name }: { bins: readonly Bin[]; name: string }) {
  const total = bins.reduce((sum, bin) => sum + bin.n, 0);
  return (
    <ScrollBox name={name}>
      <table className="plain-table" data-testid="bins">
        <thead>
          <tr>
            <th scope="col">Confidence</th>
            <th scope="col" className="right">
              Answers
            </th>
            <th scope="col" className="right">
              Mean confidence
            </th>
            <th scope="col" className="right">
              Right
            </th>
            <th scope="col" className="right">
              Part of the ECE
            </th>
          </tr>
        </thead>
        <tbody>
          {bins.map((bin, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bins keep their place.
            <tr key={i}>
              <th scope="row" className="num">
                {percent(bin.low, 0).replace(' %', '')} to {percent(bin.high, 0)}
              </th>
              <td className="right">{bin.n}</td>
              <td className="right">{bin.n === 0 ? '–' : percent(bin.confidence)}</td>
              <td className="right">{bin.n === 0 ? '–' : percent(bin.accuracy)}</td>
              <td className="right">
                {bin.n === 0 ? '–' : fixed((bin.n / total) * Math.abs(bin.accuracy - bin.confidence), 4)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
