import { useEffect, useState } from 'react';
import { type Example, fullText } from '../../core/data/example.ts';
import type { Arm } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';
import { figure, plural } from '../../ui/format.ts';
import { Outcome } from '../compare/answers/Outcome.tsx';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { useWork } from '../work.ts';
import { type Choice, chooseAll, selectorInfo, soleSpec } from './side-by-side.ts';

/** The examples of every selector for one query, and the answer that they lead to. */
export function SideBySide({ results, arm, query }: { results: Results; arm: Arm; query: Example }) {
  const [wanted, setWanted] = useState(false);
  const job = useJob<readonly Choice[]>();
  const workFor = useWork();
  const busy = isBusy(useStatus());
  const { experiment, dataset } = results;
  const { start, clear } = job;
  const ask = () =>
    start(experiment, async (tools) => {
      const work = await workFor(soleSpec(experiment.spec, arm), tools.materials, tools.report);
      return chooseAll(work, arm, query, tools);
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` is of the values below.
  useEffect(() => {
    if (!wanted) return;
    if (busy) clear();
    else ask();
  }, [wanted, busy, experiment, dataset, arm, query]);
  const choices = soFar(job.state) ?? [];
  const uses = new Map<string, number>();
  for (const { cell } of choices) for (const { id } of cell?.demos ?? []) uses.set(id, (uses.get(id) ?? 0) + 1);
  return (
    <section className="panel-card card" aria-labelledby="side-title" data-testid="side-by-side">
      <div className="section-head">
        <h2 id="side-title">Every selector, for this query</h2>
        <p className="muted small">
          {plural(arm.shots, 'example')} each, in the order of the prompt, and what the model then answers.
        </p>
        {!wanted && (
          <Button icon="play" disabled={busy} onClick={() => setWanted(true)} data-testid="choose-all">
            Let them choose
          </Button>
        )}
      </div>
      <JobLine job={job} name="Selectors" onRetry={ask} />
      {choices.length > 0 && (
        <ul className="choices">
          {choices.map((choice) => (
            <ChoiceCard key={choice.type} choice={choice} query={query} pool={dataset.demoPool} uses={uses} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ChoiceCard({
  choice: { type, cell, problem },
  query,
  pool,
  uses,
}: {
  choice: Choice;
  query: Example;
  pool: readonly Example[];
  uses: ReadonlyMap<string, number>;
}) {
  const byId = new Map(pool.map((example) => [example.id, example]));
  return (
    <li className="choice" data-testid={`choice-${type}`}>
      <div className="choice-head">
        <h3>{selectorInfo(type).title}</h3>
        {cell !== null && <Outcome cell={cell} query={query} />}
      </div>
      {problem !== null && <p className="small muted">{problem}</p>}
      {cell !== null && (
        <ol className="choice-demos">
          {cell.demos.map(({ id, label, why }) => {
            const example = byId.get(id);
            const [first] = Object.entries(why.figures);
            const others = (uses.get(id) ?? 1) - 1;
            return (
              <li key={id} className="small">
                <p className="choice-text" title={example === undefined ? id : fullText(example)}>
                  {example === undefined ? id : fullText(example)}
                </p>
                <p className="muted num choice-why">
                  <Badge>{label}</Badge>
                  {first === undefined ? '' : ` ${first[0]} ${figure(first[1])}`}
                  {others > 0 ? ` · also by ${others}` : ''}
                </p>
              </li>
            );
          })}
        </ol>
      )}
    </li>
  );
}
