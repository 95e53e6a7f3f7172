import { useMemo } from 'react';
import type { Dataset } from '../../core/data/example.ts';
import { measure } from '../../core/data/lint.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { Bars } from './Bars.tsx';
import { percent } from './numbers.ts';

/** Larger sets are measured on their first rows, so that the page stays quick. */
const MEASURED = 1000;

/** The figures of a set: size, balance, length, how much of it the knowledge base knows, and how far words alone get. */
export function Sheet({ dataset, knowledge }: { dataset: Dataset; knowledge: Knowledge }) {
  const sheet = useMemo(
    () =>
      measure(
        { ...dataset, demoPool: dataset.demoPool.slice(0, MEASURED), evalSet: dataset.evalSet.slice(0, MEASURED) },
        knowledge,
      ),
    [dataset, knowledge],
  );
  const cut = Math.max(dataset.demoPool.length, dataset.evalSet.length) > MEASURED;
  const levels = ['easy', 'medium', 'hard'].flatMap((level) => {
    const n = [...dataset.demoPool, ...dataset.evalSet].filter((e) => e.difficulty === level).length;
    return n === 0 ? [] : [[level, n] as const];
  });
  const { baseline, options, words, coverage } = sheet;
  return (
    <div className="sheet">
      <dl className="sheet-figures">
        <div>
          <dt>Pool</dt>
          <dd className="num">{dataset.demoPool.length}</dd>
        </div>
        <div>
          <dt>Evaluation set</dt>
          <dd className="num">{dataset.evalSet.length}</dd>
        </div>
        <div>
          <dt>Words of a text</dt>
          <dd className="num">
            {words.min} to {words.max}, median {words.median}
          </dd>
        </div>
        <div>
          <dt>Texts that name a known entity</dt>
          <dd className="num">{percent(coverage)}</dd>
        </div>
        {baseline !== null && (
          <div>
            <dt>Words alone (naive Bayes)</dt>
            <dd className="num">
              {percent(baseline.accuracy)}, 95 % interval {percent(baseline.interval.low)} to{' '}
              {percent(baseline.interval.high)}
            </dd>
          </div>
        )}
        {options !== null && (
          <div>
            <dt>Longest option right</dt>
            <dd className="num">
              {percent(options.longest.share)}, chance {percent(options.chance)}
            </dd>
          </div>
        )}
      </dl>
      {cut && <p className="small muted">Figures are of the first {MEASURED} rows of each part.</p>}
      <div className="sheet-bars">
        <Bars title={options === null ? 'Labels' : 'Place of the right option'} counts={Object.entries(sheet.labels)} />
        {levels.length > 0 && <Bars title="Difficulty, as marked" counts={levels} />}
      </div>
    </div>
  );
}
