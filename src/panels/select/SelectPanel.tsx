import { useDeferredValue, useMemo, useState } from 'react';
import '../panels.css';
import './select.css';
import { useStore } from 'zustand';
import { selectors } from '../../core/demos/registry.ts';
import type { KerOptions } from '../../core/knowledge/relevance.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { defaultsOf } from '../../core/options.ts';
import type { Arm } from '../../core/run/spec.ts';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/feedback.tsx';
import { ArmChoice, NothingYet, QueryChoice } from '../Choose.tsx';
import { EntityScope } from '../compare/answers/EntityText.tsx';
import { Evidence } from '../compare/Evidence.tsx';
import { addArm, canAdd, changeArm } from '../compare/edit.ts';
import { OptionsForm } from '../compare/OptionsForm.tsx';
import { type Results, useHost, useResults } from '../host.ts';
import { Draw } from './Draw.tsx';
import { kerView, linkedRun } from './ker-view.ts';
import { Matrix } from './Matrix.tsx';
import { OneTarget } from './OneTarget.tsx';
import { SideBySide } from './SideBySide.tsx';

export type Ker = Extract<Arm['select'], { type: 'ker' }>;

/** How knowledge relevance weighs a pool, and what other selectors choose for the same query. */
export function SelectPanel() {
  const host = useHost();
  const results = useResults();
  const knowledge = useStore(host.library, (s) => s.knowledge);
  return (
    <div className="panel">
      <section className="panel-intro" aria-labelledby="select-title">
        <h1 id="select-title">Which examples belong to this query?</h1>
        <p>
          Knowledge relevance compares the entities of a query with those of each example: how many they share, and how
          near the others lie in the knowledge base.
        </p>
      </section>
      {results === null || knowledge === null ? (
        <NothingYet what="A choice of examples" />
      ) : (
        <Relevance key={results.dataset.digest} results={results} knowledge={knowledge} />
      )}
    </div>
  );
}

const isKer = (arm: Arm): boolean => arm.select.type === 'ker' || arm.select.type === 'ker-query';

function optionsOf(arm: Arm | undefined): Ker {
  const preset: Ker = { type: 'ker', ...defaultsOf(selectors.ker.fields) };
  return arm !== undefined && isKer(arm) ? ({ ...preset, ...arm.select, type: 'ker' } as Ker) : preset;
}

function Relevance({ results, knowledge }: { results: Results; knowledge: Knowledge }) {
  const host = useHost();
  const { experiment, dataset } = results;
  const { arms, limit } = experiment.spec;
  const first = arms.find(isKer) ?? arms[0];
  const [armId, setArmId] = useState(first?.id ?? '');
  const [changed, setChanged] = useState<Ker | null>(null);
  const [at, setAt] = useState(0);
  const arm = arms.find((a) => a.id === armId) ?? first;
  const options = changed ?? optionsOf(arm);
  const shown: KerOptions = useDeferredValue(options);
  const linked = useMemo(() => linkedRun(dataset, limit, knowledge), [dataset, limit, knowledge]);
  const view = useMemo(() => kerView(linked, shown), [linked, shown]);
  if (arm === undefined || linked.queries.length === 0) return null;
  const query = Math.min(at, linked.queries.length - 1);
  const addAsArm = () =>
    host.edit((spec) => {
      const next = addArm(spec);
      const { id } = next.arms[next.arms.length - 1] as Arm;
      return changeArm(next, id, (fresh) => ({ ...fresh, name: 'KER, as set', shots: arm.shots, select: options }));
    });
  return (
    <EntityScope knowledge={knowledge}>
      <div className="panel-choices">
        <ArmChoice
          arms={arms}
          value={arm.id}
          onChange={(id) => {
            setArmId(id);
            setChanged(null);
          }}
        />
        <QueryChoice queries={linked.queries} at={query} onChange={setAt} />
      </div>
      <section className="panel-card card" aria-labelledby="ker-title">
        <div className="section-head">
          <h2 id="ker-title">Knowledge relevance</h2>
          <p className="muted small">
            {isKer(arm) && changed === null ? 'With the options of this arm.' : 'With the options below, live.'}
          </p>
          <Button icon="plus" disabled={!canAdd(experiment.spec)} onClick={addAsArm}>
            Add as an arm
          </Button>
        </div>
        <p className="formula">
          d(i, j) = α · (J(i, j) + γ) / (max J + γ) + (1 − α) · (1 − D(i, j) / max D)
          <br />
          J: shared entities by all entities. D: distance of the mean entity vectors.
        </p>
        <div className="select-options">
          <OptionsForm
            fields={selectors.ker.fields}
            values={options}
            onChange={(name, value) => setChanged({ ...options, [name]: value } as Ker)}
          />
        </div>
        <Matrix linked={linked} view={view} at={query} onQuery={setAt} />
        <Disclosure summary="What this is">
          <p className="small">{selectors.ker.summary}</p>
          <Evidence plugin={selectors.ker} />
        </Disclosure>
      </section>
      <OneTarget linked={linked} view={view} options={shown} at={query} knowledge={knowledge} />
      <Draw
        results={results}
        arm={arm}
        options={options}
        linked={linked}
        view={view}
        at={query}
        knowledge={knowledge}
      />
      <SideBySide results={results} arm={arm} query={linked.queries[query] as (typeof linked.queries)[number]} />
    </EntityScope>
  );
}
