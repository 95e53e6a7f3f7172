import '../panels.css';
import './probe.css';
import { asksOptions } from '../../core/data/example.ts';
import { LIMITS } from '../../core/run/spec.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ArmChoice, NothingYet } from '../Choose.tsx';
import { type Results, useResults } from '../host.ts';
import { useChoiceSetting, useNumberSetting } from '../place.ts';
import { BrokenDemos } from './BrokenDemos.tsx';
import { Facts } from './Facts.tsx';
import { Orders } from './Orders.tsx';
import { Pulls } from './Pulls.tsx';
import { TurnedOptions } from './TurnedOptions.tsx';

/** What an arm's answers hang on: its demonstrations are broken, reordered and redrawn, and the answers watched. */
export function ProbePanel() {
  const results = useResults();
  return (
    <div className="panel">
      <section className="panel-intro" aria-labelledby="probe-title">
        <h1 id="probe-title">What do the examples really teach?</h1>
        <p>
          Break the examples in one way at a time and see what the answers lose. What costs nothing to break was not
          used.
        </p>
      </section>
      {results === null ? <NothingYet what="A probe" /> : <Probes results={results} />}
    </div>
  );
}

/** Enough to see something, few enough to wait for. */
const QUERIES = 60;

function Probes({ results }: { results: Results }) {
  const { experiment, dataset } = results;
  const { arms, limit } = experiment.spec;
  const available = Math.min(limit ?? dataset.evalSet.length, dataset.evalSet.length, LIMITS.limit);
  const tabs = [
    { id: 'demos', label: 'Broken examples' },
    { id: 'orders', label: 'Order and draw' },
    { id: 'pulls', label: 'Recency, majority' },
    ...(asksOptions(dataset) ? [{ id: 'options', label: 'Turned options' }] : []),
    { id: 'facts', label: 'Facts' },
  ];
  // All of these are part of the address, so that a link opens the same probe.
  const [armId, setArmId] = useChoiceSetting(
    'arm',
    arms.map(({ id }) => id),
  );
  const [tab, setTab] = useChoiceSetting(
    'show',
    tabs.map(({ id }) => id),
  );
  const [queries, setQueries] = useNumberSetting('queries', {
    preset: Math.min(QUERIES, available),
    min: 1,
    max: available,
  });
  const arm = arms.find((a) => a.id === armId);
  if (arm === undefined || tab === undefined) return null;
  const shared = { results, arm, queries };
  return (
    <>
      {tab !== 'facts' && (
        <div className="panel-choices">
          <ArmChoice arms={arms} value={arm.id} onChange={setArmId} />
          <NumberField
            label={`Queries, of ${available}`}
            help="The first ones of the run."
            min={1}
            max={available}
            step={1}
            value={queries}
            onChange={setQueries}
          />
        </div>
      )}
      <Tabs name="Probes" tabs={tabs} selected={tab} onSelect={setTab}>
        {tab === 'demos' && <BrokenDemos key={arm.id} {...shared} />}
        {tab === 'orders' && <Orders key={arm.id} {...shared} />}
        {tab === 'pulls' && <Pulls results={results} />}
        {tab === 'facts' && <Facts />}
        {tab === 'options' && <TurnedOptions key={arm.id} {...shared} />}
      </Tabs>
    </>
  );
}
