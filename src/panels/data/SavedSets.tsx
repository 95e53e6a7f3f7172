import { useCallback, useState } from 'react';
import type { OwnData } from '../../core/data/own.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { counted } from './numbers.ts';
import { dropSet, listSets, openSet } from './saved-sets.ts';
import { useAsync } from './useAsync.ts';

/** Sets that this browser keeps. */
export function SavedSets({ onOpen }: { onOpen: (own: OwnData) => void }) {
  const [version, setVersion] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version reads the list again.
  const sets = useAsync(useCallback(() => listSets(), [version]));
  const tell = (error: unknown) => setProblem((error as Error).message);
  if (sets.kind === 'loading') return null;
  return (
    <section className="card panel-card" aria-labelledby="saved-title">
      <h2 id="saved-title">Kept in this browser</h2>
      {sets.kind === 'failed' && <Alert tone="warn">{sets.message}</Alert>}
      {problem !== null && (
        <Alert tone="error" onDismiss={() => setProblem(null)}>
          {problem}
        </Alert>
      )}
      {sets.kind === 'ready' && sets.value.length === 0 && <p className="muted small">None yet.</p>}
      {sets.kind === 'ready' && sets.value.length > 0 && (
        <ul className="saved-list">
          {sets.value.map(({ title, rows, at }) => (
            <li key={title}>
              <span>
                {title}{' '}
                <span className="muted small num">
                  {counted(rows)} rows, {new Date(at).toLocaleDateString()}
                </span>
              </span>
              <Button onClick={() => openSet(title).then(onOpen, tell)}>Open</Button>
              <IconButton
                icon="trash"
                label={`Delete ${title}`}
                onClick={() => dropSet(title).then(() => setVersion(version + 1), tell)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
