import { isAbort } from '../../core/model/engine-error.ts';
import type { LanguageModel, SelfTestCheck } from '../../core/model/language-model.ts';
import type { Backend } from '../../engines/embedded/load.ts';
import { measureSpeed } from './speed.ts';

export const BACKEND_NAMES: Readonly<Record<Backend, string>> = { wasm: 'WASM', webgpu: 'WebGPU' };

/** What a back end showed on this machine. */
export type BackendTrial = { readonly backend: Backend } & (
  | {
      readonly kind: 'passed';
      /** As a record names it. */
      readonly name: string;
      readonly selfTest: readonly SelfTestCheck[];
      /** Prompt tokens read in a second. */
      readonly read: number | null;
    }
  | { readonly kind: 'refused'; readonly reason: string }
);

/** Loads the model on a back end, which tests itself there, and measures how fast it reads. */
export async function tryBackend(
  backend: Backend,
  open: () => Promise<LanguageModel>,
  signal: AbortSignal,
  onStep: (done: number, total: number) => void,
): Promise<BackendTrial> {
  try {
    const model = await open();
    try {
      const { read } = await measureSpeed(model, signal, onStep, false);
      return { backend, kind: 'passed', name: model.identity.backend, selfTest: model.selfTest, read };
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    return { backend, kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The fastest of those that passed; `null` where none did. */
export function recommendBackend(trials: readonly BackendTrial[]): Backend | null {
  const speed = (trial: BackendTrial) => (trial.kind === 'passed' ? (trial.read ?? 0) : 0);
  const best = trials.reduce<BackendTrial | null>(
    (top, trial) => (speed(trial) > (top === null ? 0 : speed(top)) ? trial : top),
    null,
  );
  return best?.backend ?? null;
}
