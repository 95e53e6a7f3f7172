import { useEffect, useState } from 'react';
import { megabytes } from '../../ui/format.ts';
import { type EmbeddedOffer, useHost } from '../host.ts';
import { ModelRow } from './ModelRow.tsx';

/** What sets the twins apart. */
const ABOUT: Readonly<Record<string, string>> = {
  'knowshot-mini': 'Trained for this page, on few-shot episodes, plain text and the facts of its knowledge base.',
  'knowshot-mini-plain':
    'The twin: the same but for the facts. What differs between the two is what learning them does.',
};

export function EmbeddedModels({ recommended }: { recommended: string | null }) {
  const host = useHost();
  const [offers, setOffers] = useState<readonly EmbeddedOffer[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let here = true;
    host.models.embedded().then(
      (found) => here && setOffers(found),
      (error: unknown) => here && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      here = false;
    };
  }, [host]);
  if (problem !== null) return <p className="small lacking">{problem}</p>;
  return (
    <ul className="model-rows">
      {offers.map(({ choice, title, parameters, bytes, licence }) => (
        <ModelRow
          key={choice.id}
          choice={choice}
          title={title}
          facts={`${ABOUT[choice.id] ?? ''} ${(parameters / 1e6).toFixed(1)} million parameters, ${megabytes(bytes)}, ${licence} licence. Runs anywhere, offline.`}
          action="Use"
          recommended={recommended === choice.id}
        />
      ))}
    </ul>
  );
}
