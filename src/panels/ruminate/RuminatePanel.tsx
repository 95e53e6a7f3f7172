import { useState } from 'react';
import { useStore } from 'zustand';
import '../panels.css';
import './ruminate.css';
import type { Dataset, Example, Template } from '../../core/data/example.ts';
import { answersTo } from '../../core/prompt/answers.ts';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/feedback.tsx';
import { ArmChoice, NothingYet, QueryChoice } from '../Choose.tsx';
import { PromptView } from '../compare/answers/PromptView.tsx';
import { Evidence } from '../compare/Evidence.tsx';
import { OptionsForm } from '../compare/OptionsForm.tsx';
import { isBusy, type Results, useHost, useResults, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar } from '../job.ts';
import { useWork } from '../work.ts';
import { Inside } from './Inside.tsx';
import { bareArm, bareSpec, type EffectRow, type Ruminate, ruminationInfo, waysFor, withControls } from './inspect.ts';
import { OverRun } from './OverRun.tsx';
import { Pieces } from './Pieces.tsx';
import { useInspection } from './use-inspection.ts';
import { WayTable } from './WayTable.tsx';

/** What the model recalls about a query, and what that does to its answer, against the controls. */
export function RuminatePanel() {
  const results = useResults();
  return (
    <div className="panel">
      <section className="panel-intro" aria-labelledby="ruminate-title">
        <h1 id="ruminate-title">What does the model know about it?</h1>
        <p>
          Before it answers, the model recalls: in words after a cue, or as states put back into its layers. Whether
          what it recalls helps is told by the controls: as many empty words, words about another text, true facts, the
          same tokens spent otherwise.
        </p>
      </section>
      {results === null ? <NothingYet what="What is recalled" /> : <Inspector results={results} />}
    </div>
  );
}

const labelsOf = (dataset: Dataset, template: Template, query: Example) =>
  answersTo({ labels: dataset.labels, template }, query);

function Inspector({ results }: { results: Results }) {
  const host = useHost();
  const busy = isBusy(useStatus());
  const { experiment, dataset } = results;
  const { spec } = experiment;
  const queries = dataset.evalSet.slice(0, spec.limit ?? dataset.evalSet.length);
  const preset = spec.arms.find((a) => a.ruminate.type !== 'none') ?? spec.arms[0];
  const [armId, setArmId] = useState(preset?.id ?? '');
  const [asked, setAt] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const [changed, setChanged] = useState<ReadonlyMap<string, Ruminate>>(new Map());
  const workFor = useWork();
  const at = Math.min(asked, queries.length - 1);
  const arm = spec.arms.find((a) => a.id === armId) ?? preset;
  const query = queries[at];
  const type = chosen ?? (arm === undefined || arm.ruminate.type === 'none' ? 'background' : arm.ruminate.type);
  const { job, ask } = useInspection(results, armId, at, changed, type, workFor);
  if (arm === undefined || query === undefined) return null;
  const ways = waysFor(arm, changed);
  const ruminate = ways.find((way) => way.type === type) as Ruminate;
  const plugin = ruminationInfo(type);
  const rows = soFar(job.state) ?? [];
  const row = rows.find((r) => r.ruminate.type === type);
  const labels = labelsOf(dataset, spec.template ?? dataset.template, query);
  const right = labels.findIndex(({ id }) => id === query.label);
  return (
    <>
      <div className="panel-choices">
        <ArmChoice arms={spec.arms} value={arm.id} onChange={setArmId} />
        <QueryChoice queries={queries} at={at} onChange={setAt} />
      </div>
      <section className="panel-card card" aria-labelledby="ways-title">
        <div className="section-head">
          <h2 id="ways-title">Ways to recall, and their controls</h2>
          <p className="muted small">
            One query, before calibration. Moved: against answering at once, over the labels. A single query shows how
            it works, not whether it helps.
          </p>
        </div>
        <JobLine job={job} name="Recalling" onRetry={ask} />
        <WayTable ways={ways} rows={rows} right={right} chosen={type} onChoose={setChosen} />
      </section>
      <section className="panel-card card" aria-labelledby="way-title" data-testid="way">
        <div className="section-head">
          <h2 id="way-title">{plugin.title}</h2>
          {plugin.kind !== 'none' && (
            <Button
              icon="play"
              disabled={busy}
              data-testid="run-controls"
              onClick={() => host.open({ ...experiment, spec: withControls(spec, arm, ruminate) })}
            >
              Run it with its controls
            </Button>
          )}
        </div>
        <p className="small">{plugin.summary}</p>
        <Evidence plugin={plugin} />
        {Object.keys(plugin.fields).length > 0 && (
          <Disclosure summary="Options">
            <div className="way-options">
              <OptionsForm
                fields={plugin.fields}
                values={ruminate}
                onChange={(name, value) =>
                  setChanged((now) => new Map(now).set(type, { ...ruminate, [name]: value } as Ruminate))
                }
              />
            </div>
          </Disclosure>
        )}
        {row !== undefined && row.problem === null && <Details row={row} results={results} query={query} />}
      </section>
      {plugin.kind === 'latent' && row?.cell != null && (
        <Inside
          key={`${arm.id} ${at} ${JSON.stringify(ruminate)}`}
          results={results}
          workFor={workFor}
          spec={bareSpec(spec, arm)}
          cell={{ arm: { ...bareArm(arm), ruminate }, trial: 0, query }}
          labels={labels}
          right={right}
        />
      )}
      <OverRun results={results} />
    </>
  );
}

function Details({ row, results, query }: { row: EffectRow; results: Results; query: Example }) {
  const { dataset, experiment } = results;
  const knowledge = useStore(useHost().library, (s) => s.knowledge);
  const labels = labelsOf(dataset, experiment.spec.template ?? dataset.template, query);
  return (
    <>
      <Pieces row={row} labels={labels} />
      {row.cell !== null && row.cell.segments.length > 0 && (
        <Disclosure summary="The prompt">
          <PromptView cell={row.cell} query={query} dataset={dataset} link={knowledge?.link ?? null} />
        </Disclosure>
      )}
    </>
  );
}
