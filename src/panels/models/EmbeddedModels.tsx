import { ModelRow } from './ModelRow.tsx';

const MODELS = [
  {
    id: 'knowshot-mini',
    title: 'Knowshot mini',
    facts: 'Trained for this page, on few-shot episodes, plain text and the facts of its knowledge base.',
  },
  {
    id: 'knowshot-mini-plain',
    title: 'Knowshot mini, without knowledge tasks',
    facts: 'The twin: the same but for the facts. What differs between the two is what knowing them does.',
  },
];

export function EmbeddedModels({ recommended }: { recommended: string | null }) {
  return (
    <ul className="model-rows">
      {MODELS.map(({ id, title, facts }) => (
        <ModelRow
          key={id}
          choice={{ engine: 'embedded', id }}
          title={title}
          facts={`${facts} 7.6 million parameters, 8 MB, MIT licence. Runs anywhere, offline.`}
          action="Use"
          recommended={recommended === id}
        />
      ))}
    </ul>
  );
}
