import { useCallback } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Alert, Disclosure } from '../../ui/feedback.tsx';
import { EntityScope } from '../compare/answers/EntityText.tsx';
import { withData } from '../compare/edit.ts';
import { useHost } from '../host.ts';
import { editSet } from './draft.ts';
import { useLibrary } from './library.ts';
import { ownOf } from './own-of.ts';
import { Rows } from './Rows.tsx';
import { Sheet } from './Sheet.tsx';
import { useAsync } from './useAsync.ts';

/** A bundled set: what it is, what it measures, who checked it, and all its rows. */
export function SetCard({ id, inUse }: { id: string; inUse: boolean }) {
  const host = useHost();
  const library = useLibrary();
  const loaded = useAsync(
    useCallback(async () => {
      const [set, base, reviews] = await Promise.all([
        library.set(id),
        library.base(),
        library.reviews().catch(() => null),
      ]);
      return { ...set, base, review: reviews?.sets.get(id), how: reviews?.how };
    }, [id, library]),
  );
  if (loaded.kind === 'failed') return <Alert tone="error">{loaded.message}</Alert>;
  if (loaded.kind === 'loading') return <p className="muted set-card">Loading the set…</p>;
  const { card, dataset, base, review, how } = loaded.value;
  return (
    <article className="set-card card panel-card" aria-labelledby="set-title">
      <div className="section-head">
        <h2 id="set-title">{card.title}</h2>
        {!inUse && (
          <Button kind="primary" onClick={() => host.edit((spec) => withData(spec, id))}>
            Use in the experiment
          </Button>
        )}
        <Button icon="copy" onClick={() => editSet(ownOf(dataset))}>
          Copy to change
        </Button>
      </div>
      <p>{card.summary}</p>
      <EntityScope knowledge={base}>
        <Sheet dataset={dataset} knowledge={base} />
        {review !== undefined && (
          <Disclosure
            summary={`Blind review: the same label for ${review.agreed} of ${review.sample} items (kappa ${review.kappa.toFixed(2)})`}
          >
            <p className="small">
              {review.disputed.length > 0 && `Disputed: ${review.disputed.join(', ')}. `}
              {how}
            </p>
          </Disclosure>
        )}
        <p className="small muted">
          {card.provenance} Licence: {card.licence}. Language: {card.language}.
        </p>
        <Rows dataset={dataset} knowledge={base} />
      </EntityScope>
    </article>
  );
}
