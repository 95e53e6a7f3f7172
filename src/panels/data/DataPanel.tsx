import '../panels.css';
import './data.css';
import { Tabs } from '../../ui/Tabs.tsx';
import { setTab, useDraft } from './draft.ts';
import { OwnSets } from './OwnSets.tsx';
import { SetList } from './SetList.tsx';

const TABS = [
  { id: 'sets', label: 'Bundled sets' },
  { id: 'own', label: 'Your own' },
] as const;

/** What is asked: the sets that come along, and one's own. */
export function DataPanel() {
  const { tab } = useDraft();
  return (
    <div className="panel data-panel">
      <section className="panel-intro" aria-labelledby="data-title">
        <h1 id="data-title">What is asked?</h1>
        <p>
          A set has a pool, of which the examples of a prompt are chosen, and an evaluation set, of which nothing is
          ever shown as an example. Your own data stay in this browser.
        </p>
      </section>
      <Tabs name="Data" tabs={TABS} selected={tab} onSelect={setTab}>
        {tab === 'sets' ? <SetList /> : <OwnSets />}
      </Tabs>
    </div>
  );
}
