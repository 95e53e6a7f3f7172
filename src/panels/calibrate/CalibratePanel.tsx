import { useEffect, useState } from 'react';
import '../panels.css';
import './calibrate.css';
import { Disclosure } from '../../ui/feedback.tsx';
import { ArmChoice, NothingYet, QueryChoice } from '../Choose.tsx';
import { Evidence } from '../compare/Evidence.tsx';
import { OptionsForm } from '../compare/OptionsForm.tsx';
import { isBusy, type Results, useResults, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { useWork } from '../work.ts';
import { formulaOf } from './formulas.ts';
import { bareSpec, type Calibrate, calibratorInfo, inspectQuery, type PriorRow, sourcesFor } from './inspect.ts';
import { OneQuery } from './OneQuery.tsx';
import { Overall } from './Overall.tsx';
import { PriorTable } from './PriorTable.tsx';

/** Where the methods of calibration take their prior from, and what each does to the answers of one arm. */
export function CalibratePanel() {
  const results = useResults();
  return (
    <div className="panel">
      <section className="panel-intro" aria-labelledby="calibrate-title">
        <h1 id="calibrate-title">What would the model say anyway?</h1>
        <p>
          A prompt pushes towards some labels before the query is read. Each method estimates that prior from another
          source and divides by it.
        </p>
      </section>
      {results === null ? <NothingYet what="A prior" /> : <Inspector results={results} />}
    </div>
  );
}

function Inspector({ results }: { results: Results }) {
  const { experiment, dataset } = results;
  const { arms, limit } = experiment.spec;
  const queries = dataset.evalSet.slice(0, limit ?? dataset.evalSet.length);
  const preset = arms.find((a) => a.calibrate.type !== 'none') ?? arms[0];
  const [armId, setArmId] = useState(preset?.id ?? '');
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const [changed, setChanged] = useState<ReadonlyMap<string, Calibrate>>(new Map());
  const arm = arms.find((a) => a.id === armId) ?? preset;
  const query = queries[Math.min(at, queries.length - 1)];
  const { job, ask } = useInspection(results, armId, at, changed);
  if (arm === undefined || query === undefined) return null;
  const sources = sourcesFor(arm, changed);
  const preferred = chosen ?? (arm.calibrate.type === 'none' ? 'cc' : arm.calibrate.type);
  const calibrate = sources.find((c) => c.type === preferred) ?? (sources[0] as Calibrate);
  const plugin = calibratorInfo(calibrate.type);
  const formula = formulaOf(calibrate.type);
  const rows = soFar(job.state) ?? [];
  const row = rows.find((r) => r.calibrate.type === calibrate.type);
  return (
    <>
      <div className="panel-choices">
        <ArmChoice arms={arms} value={arm.id} onChange={setArmId} />
        <QueryChoice queries={queries} at={Math.min(at, queries.length - 1)} onChange={setAt} />
      </div>
      <section className="panel-card card" aria-labelledby="priors-title">
        <div className="section-head">
          <h2 id="priors-title">A prior per source</h2>
          <p className="muted small">Scaled to sum to one over the labels. Choose a method to see what it does.</p>
        </div>
        <JobLine job={job} name="Priors" onRetry={ask} />
        <PriorTable
          dataset={dataset}
          template={experiment.spec.template ?? dataset.template}
          query={query}
          sources={sources}
          rows={rows}
          chosen={calibrate.type}
          onChoose={setChosen}
        />
      </section>
      <section className="panel-card card" aria-labelledby="method-title">
        <h2 id="method-title">{plugin.title}</h2>
        <p className="small">{plugin.summary}</p>
        {formula !== null && (
          <p className="formula">
            {formula.text}
            <br />
            {formula.where}
          </p>
        )}
        <Evidence plugin={plugin} />
        {Object.keys(plugin.fields).length > 0 && (
          <Disclosure summary="Options">
            <div className="calibrate-options">
              <OptionsForm
                fields={plugin.fields}
                values={calibrate}
                onChange={(name, value) =>
                  setChanged((now) => new Map(now).set(calibrate.type, { ...calibrate, [name]: value } as Calibrate))
                }
              />
            </div>
          </Disclosure>
        )}
        {row !== undefined && <OneQuery row={row} dataset={dataset} query={query} />}
      </section>
      <Overall key={arm.id} results={results} arm={{ ...arm, calibrate }} onQuery={setAt} queries={queries} />
    </>
  );
}

/** Asks for the priors of the chosen query as soon as no run is busy, and again when arm, query or an option changes. */
function useInspection(results: Results, armId: string, at: number, changed: ReadonlyMap<string, Calibrate>) {
  const job = useJob<readonly PriorRow[]>();
  const workFor = useWork();
  const busy = isBusy(useStatus());
  const { experiment, dataset } = results;
  const { start, clear } = job;
  const ask = () => {
    const arm = experiment.spec.arms.find((a) => a.id === armId) ?? experiment.spec.arms[0];
    const query = dataset.evalSet[at];
    if (arm === undefined || query === undefined) return;
    start(experiment, async (tools) => {
      const work = await workFor(bareSpec(experiment.spec, arm), tools.materials, tools.report);
      return inspectQuery(work, arm, sourcesFor(arm, changed), query, tools);
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` is of the values below.
  useEffect(() => {
    if (busy) clear();
    else ask();
  }, [busy, experiment, dataset, armId, at, changed]);
  return { job, ask };
}
