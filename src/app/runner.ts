import type { StoreApi } from 'zustand/vanilla';
import type { ResultDigest } from '../core/link/digest.ts';
import { EngineError, isAbort, throwIfAborted } from '../core/model/engine-error.ts';
import type { LoadPhase, LoadProgress, TokenUsage } from '../core/model/language-model.ts';
import type { Journal } from '../core/run/journal.ts';
import { modelsOf } from '../core/run/models.ts';
import type { CellRecord, RunRecord } from '../core/run/record.ts';
import type { RunInput } from '../core/run/run.ts';
import type { Experiment, RunState } from '../panels/host.ts';
import { messageOf } from './messages.ts';
import { progressMeter } from './progress.ts';
import type { Resources } from './resources.ts';
import { type RunAction, reduceRun } from './run-reducer.ts';

const PHASES: Record<LoadPhase, string> = {
  download: 'Loading the model',
  verify: 'Checking the model files',
  prepare: 'Preparing the model',
  'self-test': 'Testing the model',
  ready: 'Starting',
};

/** The picture is redrawn at most this often, in seconds. */
const REDRAW = 0.12;

export interface RunnerOptions {
  readonly store: StoreApi<RunState>;
  readonly resources: Resources;
  readonly journal: Promise<Journal>;
  readonly runExperiment: (input: RunInput) => Promise<RunRecord>;
  /** Seconds on any clock. */
  readonly now?: () => number;
}

/** Runs one experiment at a time; a new one stops the one before it, and waits until it has stopped. */
export function createRunner({ store, resources, journal, runExperiment, now = seconds }: RunnerOptions) {
  let current: { readonly controller: AbortController; readonly settled: Promise<void> } | null = null;
  const dispatch = (action: RunAction) => store.setState((state) => reduceRun(state, action));

  async function perform(
    experiment: Experiment,
    promised: ResultDigest | null,
    signal: AbortSignal,
    send: typeof dispatch,
  ) {
    send({ type: 'loading', text: 'Loading data and model' });
    const onProgress = ({ phase, done, total }: LoadProgress) =>
      send({
        type: 'loading',
        text: PHASES[phase],
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
      });
    const [dataset, knowledge, model, embedder, cells] = await Promise.all([
      resources.dataset(experiment),
      resources.knowledge(experiment),
      resources.models.get(modelsOf(experiment.spec)[0] ?? experiment.spec.model, signal, onProgress),
      resources.embedder.getFor(experiment.spec, signal, onProgress),
      journal,
    ]);
    throwIfAborted(signal);
    const picture = batcher(now, send);
    let record: RunRecord;
    try {
      record = await runExperiment({
        spec: experiment.spec,
        dataset,
        knowledge,
        model,
        embedder,
        modelFor: (choice) => resources.models.get(choice, signal, onProgress),
        journal: cells,
        signal,
        onEvent(event) {
          if (event.type === 'cells') picture.add(event.cells, event.done, event.total, event.usage);
          else if (event.type !== 'started') send(event);
          else send({ type: 'started', experiment, dataset, model: model.identity, total: event.total });
        },
      });
    } finally {
      picture.flush();
    }
    send({ type: 'finished', record, check: promised === null ? null : await compare(promised, record) });
  }

  async function attempt(
    experiment: Experiment,
    promised: ResultDigest | null,
    controller: AbortController,
    before: Promise<void> | undefined,
  ) {
    await before;
    const send = (action: RunAction) => {
      if (current?.controller === controller) dispatch(action);
    };
    try {
      throwIfAborted(controller.signal);
      await perform(experiment, promised, controller.signal, send);
    } catch (error) {
      if (isAbort(error) || controller.signal.aborted) return send({ type: 'stopped' });
      if (error instanceof EngineError && !error.recoverable) resources.models.drop();
      send({ type: 'failed', message: messageOf(error) });
    }
  }

  return {
    start(experiment: Experiment, promised: ResultDigest | null): Promise<void> {
      const before = current?.settled;
      current?.controller.abort();
      const controller = new AbortController();
      dispatch({ type: 'loading', text: 'Starting' });
      const settled = Promise.resolve().then(() => attempt(experiment, promised, controller, before));
      current = { controller, settled };
      return settled;
    },
    cancel(): void {
      if (current === null || current.controller.signal.aborted) return;
      dispatch({ type: 'cancelling' });
      current.controller.abort();
    },
  };
}

/** Its code came with the link that promises the result. */
const compare = async (promised: ResultDigest, record: RunRecord) =>
  (await import('../core/link/digest.ts')).compareResult(promised, record);

const seconds = (): number => performance.now() / 1000;

/** Joins slices that come faster than the eye; the last one is never held back. */
function batcher(now: () => number, send: (action: RunAction) => void) {
  const meter = progressMeter(now());
  let waiting: CellRecord[] = [];
  let latest: { done: number; total: number; usage: TokenUsage } | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    if (latest === null || waiting.length === 0) return;
    const { done, total, usage } = latest;
    send({ type: 'cells', cells: waiting, usage, progress: meter(done, total, now()) });
    waiting = [];
    shownAt = now();
  };
  return {
    add(cells: readonly CellRecord[], done: number, total: number, usage: TokenUsage) {
      waiting.push(...cells);
      latest = { done, total, usage };
      if (now() - shownAt >= REDRAW) flush();
    },
    flush,
  };
}
