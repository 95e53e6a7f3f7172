import { useState } from 'react';
import { optionFigures, runOptions, type TurnedAnswer } from '../../core/probe/options.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import type { Arm } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { soleSpec } from '../select/side-by-side.ts';
import { useWork } from '../work.ts';
import { Download } from './Download.tsx';
import { type Origin, probeJson, turnedCsv } from './export.ts';

/** Each question with its options turned round: does the answer follow the text, or the place? */
export function TurnedOptions({ results, arm, queries }: { results: Results; arm: Arm; queries: number }) {
  const { experiment, dataset } = results;
  const { spec } = experiment;
  const busy = isBusy(useStatus());
  const job = useJob<readonly TurnedAnswer[]>();
  const workFor = useWork();
  const form = optionsForm(dataset, spec.template ?? dataset.template);
  const problem =
    form === 'cloze'
      ? 'Here the text of each option is scored by itself and no option is listed, so that its place cannot matter. Have the options listed with letters to probe it.'
      : null;
  const [origin, setOrigin] = useState<Origin | null>(null);
  const run = () => {
    setOrigin({ probe: 'turned-options', results, arm, settings: { queries } });
    job.start(experiment, async ({ materials, signal, report, share }) => {
      const work = await workFor(soleSpec(spec, arm), materials, report);
      return runOptions({
        work,
        arm,
        limit: queries,
        signal,
        onAnswers: (answers, total) => {
          share(answers);
          report('Asking with turned options', answers.length, total);
        },
      });
    });
  };
  const answers = soFar(job.state) ?? [];
  const figures = answers.length === 0 ? null : optionFigures(answers);
  return (
    <section className="panel-card card" aria-labelledby="options-title" data-testid="turned-options">
      <div className="section-head">
        <h2 id="options-title">Turned options</h2>
        <p className="muted small">Every cyclic turn of each question&apos;s options; the examples stay as they are.</p>
        <Button
          icon="play"
          kind="primary"
          disabled={busy || problem !== null || job.state.kind === 'working'}
          onClick={run}
          data-testid="run-turned"
        >
          Ask in every turn
        </Button>
        {figures !== null && origin !== null && (
          <Download
            name={`turned-options-${origin.results.dataset.id}`}
            json={() => probeJson(origin, { ...figures, answers }, job.state.kind === 'ready')}
            csv={() => turnedCsv(answers)}
          />
        )}
      </div>
      {problem !== null && <p className="small">{problem}</p>}
      <JobLine job={job} name="Turned options" onRetry={run} />
      {figures !== null && (
        <>
          <p className="small num">
            In {percent(figures.flipRate)} of the questions another option is chosen when they are turned.
          </p>
          <div className="panel-columns">
            <Shares
              name="Accuracy by turn"
              head="Options turned by"
              rows={figures.accuracies.map((accuracy, turn) => [String(turn), percent(accuracy)])}
            />
            <Shares
              name="Recall by letter"
              head="Right letter"
              rows={figures.recalls.map(({ letter, n, recall }) => [`${letter} (${n})`, percent(recall)])}
            />
          </div>
        </>
      )}
    </section>
  );
}

function Shares({ name, head, rows }: { name: string; head: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <ScrollBox name={name}>
      <table className="plain-table">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" className="right">
              Right
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, share]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td className="right">{share}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
