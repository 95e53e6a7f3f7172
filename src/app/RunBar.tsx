import { isBusy, useHost, useResults, useStatus } from '../panels/host.ts';
import { Button } from '../ui/Button.tsx';
import { LiveText } from '../ui/feedback.tsx';
import type { Playground } from './playground.ts';
import { Share } from './Share.tsx';
import { statusText } from './status-text.ts';

/** Run and cancel, how far the run is, and what can be taken away from it. Always in sight. */
export function RunBar(links: Pick<Playground, 'link' | 'expectLink'>) {
  const host = useHost();
  const status = useStatus();
  const results = useResults();
  const busy = isBusy(status);
  const text = statusText(status);
  const shown =
    status.kind === 'done' && results?.record
      ? `Done: ${results.cells.length} answers in ${results.record.wallSeconds.toFixed(1)} s`
      : text;
  return (
    <section className="runbar" aria-label="Run">
      <div className="runbar-inner">
        {busy ? (
          <Button icon="stop" aria-disabled={status.kind === 'cancelling'} onClick={host.cancel} data-testid="cancel">
            Cancel
          </Button>
        ) : (
          <Button kind="primary" icon="play" onClick={host.start} data-testid="run">
            Run
          </Button>
        )}
        <div className="runbar-state">
          <span className="runbar-text num" data-testid="status" data-kind={status.kind}>
            {shown}
          </span>
          <Bar />
        </div>
        <LiveText text={shown} />
        <Share {...links} />
      </div>
    </section>
  );
}

function Bar() {
  const status = useStatus();
  const results = useResults();
  if (status.kind === 'loading') {
    const { done, total } = status;
    return done !== null && total !== null ? (
      <progress className="progress" max={total} value={done} aria-label="Loading" />
    ) : (
      <progress className="progress" aria-label="Loading" />
    );
  }
  const progress =
    status.kind === 'running' || status.kind === 'cancelling'
      ? status.progress
      : results === null
        ? null
        : { done: results.cells.length, total: results.total };
  return (
    <progress
      className="progress"
      max={progress?.total || 1}
      value={progress?.done ?? 0}
      aria-label="Answers finished"
    />
  );
}
