import { useCallback } from 'react';
import type { OwnData } from '../../core/data/own.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert } from '../../ui/feedback.tsx';
import { EntityScope } from '../compare/answers/EntityText.tsx';
import { withData } from '../compare/edit.ts';
import { useHost } from '../host.ts';
import { loadBase, loadReviews, loadSet } from './library.ts';
import { ownOf } from './own-of.ts';
import { Rows } from './Rows.tsx';
import { Sheet } from './Sheet.tsx';
import { useAsync } from './useAsync.ts';

/** A bundled set: what it is, what it measures, who checked it, and all its rows. */
export function SetCard({ id, inUse, onCopy }: { id: string; inUse: boolean; onCopy: (own: OwnData) => void }) {
  const host = useHost();
  const loaded = useAsync(
    useCallback(async () => {
      const [set, base, reviews] = await Promise.all([loadSet(id), loadBase(), loadReviews().catch(() => null)]);
      return { ...set, base, review: reviews?.sets.get(id), how: reviews?.how };
    }, [id]),
  );
  if (loaded.kind === 'failed') return <Alert tone="error">{loaded.message}</Alert>;
  if (loaded.kind === 'loading') return <p className="muted set-card">Loading the set…</p>;
  const { card, dataset, base, review, how } = loaded.value;
  return (
    <article className="set-card card panel-card" aria-labelledby="set-title">
      <div className="section-head">
        <h2 id="set-title">{card.title}</h2>
        <Button kind="primary" disabled={inUse} onClick={() => host.edit((spec) => withData(spec, id))}>
          {inUse ? 'In use' : 'Use in the experiment'}
        </Button>
        <Button icon="copy" onClick={() => onCopy(ownOf(dataset))}>
          Copy to change
        </Button>
      </div>
      <p>{card.summary}</p>
      <EntityScope knowledge={base}>
        <Sheet dataset={dataset} knowledge={base} />
        {review !== undefined && (
          <p className="small">
            <strong>Blind review:</strong> a second reader gave {review.agreed} of {review.sample} sampled items the
            same label (Cohen's kappa {review.kappa.toFixed(2)}
            {review.disputed.length > 0 ? `; disputed: ${review.disputed.join(', ')}` : ''}).{' '}
            <span className="muted">{how}</span>
          </p>
        )}
        <p className="small muted">
          {card.provenance} Licence: {card.licence}. Language: {card.language}.
        </p>
        <Rows dataset={dataset} knowledge={base} />
      </EntityScope>
    </article>
  );
}
