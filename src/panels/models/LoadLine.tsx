import type { LoadPhase } from '../../core/model/language-model.ts';
import { Button } from '../../ui/Button.tsx';
import { Alert, LiveText } from '../../ui/feedback.tsx';
import { bytes, seconds } from '../../ui/format.ts';
import { type ModelState, useHost, useModels } from '../host.ts';

const PHASES: Record<LoadPhase, string> = {
  download: 'Downloading',
  verify: 'Checking every file',
  prepare: 'Preparing the model',
  'self-test': 'Testing its numbers',
  ready: 'Starting',
};

export function loadText({ phase, progress }: NonNullable<ModelState['loading']>): string {
  if (progress === null) return PHASES[phase];
  const { done, total, rate, secondsLeft } = progress;
  const parts = [`${PHASES[phase]}: ${bytes(done)} of ${bytes(total)}`];
  if (phase === 'download' && rate !== null) parts.push(`${bytes(rate)} a second`);
  if (secondsLeft !== null && done < total) parts.push(`${seconds(secondsLeft)} left`);
  return parts.join(' · ');
}

/** How far the loading of the model is. */
export function LoadLine() {
  const { models } = useHost();
  return (
    <Loading state={useModels()} name="Loading the model" stop={models.cancel} retry={(choice) => models.use(choice)} />
  );
}

/** How far a loading is and a way to stop it, or what went wrong with it. */
export function Loading({
  state: { loading, failure },
  name,
  stop,
  retry,
}: {
  state: ModelState;
  name: string;
  stop: () => void;
  retry: (choice: NonNullable<ModelState['failure']>['choice']) => void;
}) {
  if (loading === null) {
    if (failure === null) return null;
    return (
      <Alert tone="error">
        {failure.choice.id}: {failure.message} <Button onClick={() => retry(failure.choice)}>Try again</Button>
      </Alert>
    );
  }
  const { choice, progress } = loading;
  const text = loadText(loading);
  return (
    <div className="job-line" data-testid="model-loading">
      <span className="small num">
        <strong>{choice.id}</strong> {text}
      </span>
      {progress === null ? (
        <progress className="progress" aria-label={name} />
      ) : (
        <progress className="progress" aria-label={name} max={progress.total} value={progress.done} />
      )}
      <Button icon="stop" onClick={stop}>
        Stop
      </Button>
      <LiveText text={text} />
    </div>
  );
}
