import type { RunStatus } from '../panels/host.ts';
import { bytes, count, plural, seconds } from '../ui/format.ts';

/** The state of the run in a few words, for the progress line and for screen readers. */
export function statusText(status: RunStatus): string {
  switch (status.kind) {
    case 'idle':
      return '';
    case 'loading': {
      const { text, done, total } = status;
      if (done === null) return text;
      return total === null ? `${text}: ${bytes(done)}` : `${text}: ${bytes(done)} of ${bytes(total)}`;
    }
    case 'running': {
      const { done, total, rate, secondsLeft } = status.progress;
      const parts = [`${count(done)} of ${plural(total, 'answer')}`];
      if (status.phase !== 'answering') parts.push(status.phase);
      if (rate !== null) parts.push(`${rate.toFixed(rate < 10 ? 1 : 0)} a second`);
      if (secondsLeft !== null) parts.push(`${seconds(secondsLeft)} left`);
      return parts.join(' · ');
    }
    case 'cancelling':
      return 'Stopping. What is finished is kept.';
    case 'stopped':
      return status.done === 0
        ? 'Stopped before the first answer.'
        : `Stopped. ${count(status.done)} of ${plural(status.total, 'answer')} are kept; Run goes on from there.`;
    case 'failed':
      return 'The run failed.';
    case 'done':
      return 'Done.';
  }
}
