import { useState } from 'react';
import { datasetCatalog } from '../../core/data/bundled.ts';
import { Badge } from '../../ui/feedback.tsx';
import { useSpec } from '../host.ts';
import { SetCard } from './SetCard.tsx';

/** The bundled sets: a list to choose from, and all about the chosen one. */
export function SetList() {
  const { data } = useSpec();
  const first = datasetCatalog.find(({ id }) => id === data.id) ?? datasetCatalog[0];
  const [chosen, setChosen] = useState<string>(first.id);
  return (
    <div className="set-list">
      <nav aria-label="Sets" className="set-names">
        {datasetCatalog.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            className="set-name"
            aria-current={id === chosen ? 'true' : undefined}
            onClick={() => setChosen(id)}
          >
            {title} {id === data.id && <Badge tone="accent">in use</Badge>}
          </button>
        ))}
      </nav>
      <SetCard key={chosen} id={chosen} inUse={chosen === data.id} />
    </div>
  );
}
