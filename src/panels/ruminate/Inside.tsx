import { useEffect } from 'react';
import type { Label } from '../../core/data/example.ts';
import type { Cell } from '../../core/run/cell.ts';
import { type LatentView, latentView } from '../../core/run/latent-view.ts';
import type { RunSpec } from '../../core/run/spec.ts';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import type { WorkFor } from '../work.ts';
import { Activations, Lens } from './InsideView.tsx';

/** Tokens of the prompt whose activations are shown. */
const TOKENS = 24;

/** The latent view of one query: the logit lens without and with the change, and what each added row does. */
export function Inside({
  results,
  workFor,
  spec,
  cell,
  labels,
  right,
}: {
  results: Results;
  workFor: WorkFor;
  spec: RunSpec;
  cell: Cell;
  labels: readonly Label[];
  right: number;
}) {
  const job = useJob<LatentView | null>();
  const busy = isBusy(useStatus());
  const { start, clear } = job;
  const look = () =>
    start(results.experiment, async (tools) =>
      latentView(await workFor(spec, tools.materials, tools.report), cell, TOKENS),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another cell is another component, by its key.
  useEffect(() => {
    if (busy) clear();
    else look();
  }, [busy]);
  const view = soFar(job.state);
  return (
    <section className="panel-card card" aria-labelledby="inside-title" data-testid="inside">
      <div className="section-head">
        <h2 id="inside-title">Inside the model</h2>
        <p className="muted small">
          The lens takes the state after a layer through the final norm and the output matrix. Margin: the first token
          of the right answer against the likeliest wrong one.
        </p>
      </div>
      <JobLine job={job} name="Looking inside" onRetry={look} />
      {view !== null && (
        <div className="inside-views">
          <Lens view={view} labels={labels} right={right} />
          {view.rows > 0 && <Activations view={view} />}
        </div>
      )}
      {view !== null && view.rows === 0 && (
        <p className="small">Soft tokens have no rows: they act through the attention of every layer.</p>
      )}
    </section>
  );
}
