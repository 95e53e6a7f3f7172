import { useState } from 'react';
import '../panels.css';
import './data.css';
import type { OwnData } from '../../core/data/own.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { OwnSets } from './OwnSets.tsx';
import { SetList } from './SetList.tsx';

const TABS = [
  { id: 'sets', label: 'Sets that come along' },
  { id: 'own', label: 'Your own data' },
] as const;

/** What is asked: the sets that come along, and one's own. */
export function DataPanel() {
  const [tab, setTab] = useState<string>('sets');
  const [copied, setCopied] = useState<OwnData | null>(null);
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
        {tab === 'sets' ? (
          <SetList
            onCopy={(own) => {
              setCopied(own);
              setTab('own');
            }}
          />
        ) : (
          <OwnSets copied={copied} onTaken={() => setCopied(null)} />
        )}
      </Tabs>
    </div>
  );
}
