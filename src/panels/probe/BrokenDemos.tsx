import { useMemo, useState } from 'react';
import { type Probe, probes } from '../../core/probe/probes.ts';
import { probeProblem, runProbes } from '../../core/probe/run.ts';
import { withSymbols } from '../../core/probe/symbols.ts';
import type { CellRecord } from '../../core/run/record.ts';
import type { Arm } from '../../core/run/spec.ts';
import { summarise } from '../../core/run/summarise.ts';
import type { ArmSummary } from '../../core/run/summary.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Disclosure } from '../../ui/feedback.tsx';
import { percent, plural } from '../../ui/format.ts';
import { IntervalAxis, IntervalPlot } from '../../ui/IntervalPlot.tsx';
import { answersCsv } from '../answers-csv.ts';
import { Evidence } from '../compare/Evidence.tsx';
import { Paired } from '../compare/Paired.tsx';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { soleSpec } from '../select/side-by-side.ts';
import { useWork } from '../work.ts';
import { BrokenPrompt } from './BrokenPrompt.tsx';
import { Download } from './Download.tsx';
import { type Origin, probeJson } from './export.ts';

/** The papers' destructive tests: each way to break the examples as a row, against the intact ones. */
export function BrokenDemos({ results, arm, queries }: { results: Results; arm: Arm; queries: number }) {
  const { experiment, dataset } = results;
  const { spec } = experiment;
  const busy = isBusy(useStatus());
  const job = useJob<readonly CellRecord[]>();
  const plainWork = useWork();
  const symbolWork = useWork();
  const [open, setOpen] = useState<string | null>(null);
  const problems = useMemo(
    () => new Map(probes.map((probe) => [probe.id, probeProblem(probe, arm, spec, dataset)])),
    [arm, spec, dataset],
  );
  const able = probes.filter((probe) => problems.get(probe.id) === null);
  const total = able.length * queries * spec.trials;
  const done = job.state.kind === 'ready';
  const cells = soFar(job.state);
  const summaries = useMemo(
    () =>
      cells === null
        ? []
        : summarise({ arms: probes, labels: dataset.labels, cells, ...(done ? { seed: spec.seed } : {}) }),
    [cells, dataset.labels, done, spec.seed],
  );
  const [origin, setOrigin] = useState<Origin | null>(null);
  const run = () => {
    setOrigin({ probe: 'broken-demos', results, arm, settings: { queries, trials: spec.trials } });
    job.start(experiment, async ({ materials, signal, report, share }) => {
      const sole = soleSpec(spec, arm);
      const answered: CellRecord[] = [];
      return runProbes({
        workFor: (probe) =>
          probe.symbols === true
            ? symbolWork(sole, { ...materials, dataset: withSymbols(materials.dataset) }, report)
            : plainWork(sole, materials, report),
        arm,
        probes: able,
        limit: queries,
        trials: spec.trials,
        signal,
        onCells: (fresh) => {
          answered.push(...fresh);
          share([...answered]);
          report('Answering with broken examples', answered.length, total);
        },
      });
    });
  };
  return (
    <section className="panel-card card" aria-labelledby="broken-title" data-testid="broken">
      <div className="section-head">
        <h2 id="broken-title">Broken examples</h2>
        <p className="muted small">
          {able.length === 0
            ? 'There is nothing to break.'
            : `The same ${plural(queries, 'query', 'queries')} and the same examples, ${able.length} times.`}
        </p>
        <Button
          icon="play"
          kind="primary"
          disabled={busy || able.length === 0 || job.state.kind === 'working'}
          onClick={run}
          data-testid="run-probes"
        >
          Run {total} answers
        </Button>
        {cells !== null && origin !== null && (
          <Download
            name={`broken-demos-${origin.results.dataset.id}`}
            json={() => probeJson(origin, { summary: summaries, cells }, done)}
            csv={() =>
              answersCsv({
                cells,
                dataset: origin.results.dataset,
                arms: probes.map(({ id, title }) => ({ id, name: title })),
              })
            }
          />
        )}
      </div>
      <JobLine job={job} name="Probes" onRetry={run} />
      <table className="probe-table">
        <thead>
          <tr>
            <th scope="col">Examples</th>
            <th scope="col" className="probe-plot">
              <span className="visually-hidden">Picture</span>
              <IntervalAxis />
            </th>
            <th scope="col" className="right">
              Accuracy
            </th>
            <th scope="col">Against intact ones</th>
          </tr>
        </thead>
        <tbody>
          {probes.map((probe, i) => (
            <ProbeRow
              key={probe.id}
              probe={probe}
              first={i === 0}
              problem={problems.get(probe.id) ?? null}
              summary={summaries.find((s) => s.armId === probe.id && s.n > 0)}
              baseline={summaries[0]?.n ? summaries[0].accuracy : null}
              preliminary={!done}
              onOpen={() => setOpen(open === probe.id ? null : probe.id)}
              opened={open === probe.id}
            />
          ))}
        </tbody>
      </table>
      {open !== null && cells !== null && <BrokenPrompt key={open} probe={open} cells={cells} dataset={dataset} />}
      <Disclosure summary="Where these come from">
        <dl className="probe-sources small">
          {probes.slice(1).map((probe) => (
            <div key={probe.id}>
              <dt>{probe.title}</dt>
              <dd>
                {probe.summary}
                <Evidence plugin={{ ...probe, type: probe.id, fields: {} }} />
              </dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </section>
  );
}

function ProbeRow({
  probe,
  first,
  problem,
  summary,
  baseline,
  preliminary,
  opened,
  onOpen,
}: {
  probe: Probe;
  first: boolean;
  problem: string | null;
  summary: ArmSummary | undefined;
  baseline: number | null;
  preliminary: boolean;
  opened: boolean;
  onOpen: () => void;
}) {
  return (
    <tr data-testid={`probe-${probe.id}`}>
      <th scope="row">
        <span className="arm-name">
          {probe.title} {first && <Badge tone="accent">baseline</Badge>}
        </span>
        <span className="arm-line muted">{probe.summary}</span>
        {summary !== undefined && (
          <Button kind="quiet" aria-expanded={opened} onClick={onOpen}>
            {opened ? 'Hide its prompt' : 'Show a prompt'}
          </Button>
        )}
      </th>
      <td className="probe-plot">
        <IntervalPlot
          value={summary?.accuracy ?? null}
          low={summary?.interval.low ?? 0}
          high={summary?.interval.high ?? 1}
          references={baseline === null ? [] : [{ kind: 'baseline', value: baseline }]}
          strong={first}
        />
      </td>
      <td className="right num">
        {summary === undefined ? (
          <span className="muted">–</span>
        ) : (
          <>
            <strong>{percent(summary.accuracy)}</strong>
            <span className="sub muted">
              {percent(summary.interval.low).replace(' %', '')} to {percent(summary.interval.high)}
            </span>
          </>
        )}
      </td>
      <td className="probe-paired">
        {problem !== null ? (
          <span className="small muted">{problem}</span>
        ) : summary?.mcnemar == null ? (
          ''
        ) : (
          <Paired test={summary.mcnemar} preliminary={preliminary} />
        )}
      </td>
    </tr>
  );
}
