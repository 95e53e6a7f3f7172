import { useId, useState } from 'react';
import type { OwnData } from '../../core/data/own.ts';
import type { Entity, Knowledge, Mention } from '../../core/knowledge/types.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { freePlace, type OwnRow, textOf, withLinks, withoutLinks } from './edit-own.ts';

const MOST = 8;

/** Entities whose name or alias begins with what is typed, exact ones first. */
function matching(knowledge: Knowledge, typed: string): Entity[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted.length < 2) return [];
  const found: { entity: Entity; exact: boolean }[] = [];
  for (const entity of knowledge.entities.values()) {
    const names = [entity.name, ...entity.aliases].map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(wanted))) found.push({ entity, exact: names.includes(wanted) });
  }
  return found
    .sort((a, b) => Number(b.exact) - Number(a.exact))
    .slice(0, MOST)
    .map(({ entity }) => entity);
}

/** The entities that a text is linked to, to take away and to add; everything that uses them follows. */
export function LinkEditor({
  own,
  row,
  knowledge,
  onChange,
}: {
  own: OwnData;
  row: OwnRow;
  knowledge: Knowledge;
  onChange: (own: OwnData) => void;
}) {
  const heading = useId();
  const [words, setWords] = useState('');
  const [name, setName] = useState('');
  const text = textOf(row);
  const mentions = knowledge.link(text);
  const place = freePlace(text, words, mentions);
  const edited = own.links?.some((link) => link.text === text) === true;
  const set = (next: readonly Mention[]) => onChange(withLinks(own, row, next));
  return (
    <section className="link-editor" aria-labelledby={heading}>
      <h3 id={heading}>Links to entities</h3>
      {mentions.length === 0 && <p className="small muted">None.</p>}
      <ul>
        {mentions.map((mention) => {
          const entity = knowledge.entities.get(mention.entityId);
          const surface = text.slice(mention.start, mention.end);
          return (
            <li key={mention.start}>
              <span>
                <strong>{surface}</strong>: {entity?.name}, {entity?.type}{' '}
                <span className="muted small">{entity?.description}</span>
              </span>
              <IconButton
                icon="cross"
                label={`Remove the link of ${surface}`}
                onClick={() => set(mentions.filter((m) => m !== mention))}
              />
            </li>
          );
        })}
      </ul>
      <div className="link-add">
        <TextField label="Words in the text" value={words} maxLength={200} onChange={setWords} />
        <TextField label="Entity to link them to" value={name} maxLength={200} onChange={setName} />
      </div>
      {words !== '' && place === null && (
        <p className="small field-error" role="alert">
          The text does not have these words, or they are linked already.
        </p>
      )}
      {place !== null && (
        <ul aria-label="Entities of that name">
          {matching(knowledge, name).map((entity) => (
            <li key={entity.id}>
              <span>
                {entity.name}, {entity.type} <span className="muted small">{entity.description}</span>
              </span>
              <Button
                onClick={() => {
                  set([...mentions, { ...place, entityId: entity.id }]);
                  setWords('');
                  setName('');
                }}
              >
                Link
              </Button>
            </li>
          ))}
        </ul>
      )}
      {edited && <Button onClick={() => onChange(withoutLinks(own, row))}>Link the text anew</Button>}
    </section>
  );
}
