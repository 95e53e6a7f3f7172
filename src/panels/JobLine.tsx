import { Button } from '../ui/Button.tsx';
import { Alert } from '../ui/feedback.tsx';
import type { Task } from './job.ts';

/** How far a panel's own work is, what went wrong with it, and a way to stop it. */
export function JobLine<T>({
  job,
  name,
  onRetry,
}: {
  job: Pick<Task<T>, 'state' | 'clear'>;
  name: string;
  onRetry: () => void;
}) {
  const { state } = job;
  if (state.kind === 'failed') {
    return (
      <Alert tone="error">
        {state.message} <Button onClick={onRetry}>Try again</Button>
      </Alert>
    );
  }
  if (state.kind !== 'working') return null;
  return (
    <div className="job-line" role="status">
      <span className="small muted num">
        {state.text}
        {state.total === null ? '' : ` (${state.done ?? 0} of ${state.total})`}
      </span>
      {state.total === null || state.done === null ? (
        <progress className="progress" aria-label={name} />
      ) : (
        <progress className="progress" aria-label={name} max={state.total} value={state.done} />
      )}
      <Button icon="stop" onClick={job.clear}>
        Stop
      </Button>
    </div>
  );
}
