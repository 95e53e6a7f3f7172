import { IconButton } from '../../ui/Button.tsx';
import { Badge } from '../../ui/feedback.tsx';

/** The levels of one part, each to be taken out or made the first. */
export function LevelList({
  names,
  onRemove,
  onFirst,
}: {
  names: readonly string[];
  onRemove: (at: number) => void;
  onFirst: (at: number) => void;
}) {
  const varies = names.length > 1;
  return (
    <ol className="levels">
      {names.map((name, i) => (
        <li key={name} className={varies ? 'level level-varied' : 'level'}>
          <span>{name}</span>
          {varies && i === 0 && <Badge tone="accent">first</Badge>}
          {varies && i > 0 && (
            <IconButton icon="left" label={`Make ${name} the first level`} onClick={() => onFirst(i)} />
          )}
          {varies && <IconButton icon="cross" label={`Take out ${name}`} onClick={() => onRemove(i)} />}
        </li>
      ))}
    </ol>
  );
}
