import { EngineError } from '../../core/model/engine-error.ts';
import type { Arena, Kernels } from './kernels.ts';

/** What a helper begins with. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the helper's own room for attention scores. */
  readonly scratch: number;
}

/** A thread that works on the model's memory. */
export interface Helper {
  /** Settles when the helper takes work, or with the reason why it does not. */
  readonly ready: Promise<unknown>;
  end(): void;
}

/** Threads that a host lends to a model. */
export interface Threads {
  /** In all, the calling one among them. */
  readonly count: number;
  readonly start: (task: HelperTask) => Helper;
}

/** The functions of kernels-threaded.wasm; see kernels/share.ts. */
export interface ThreadedKernels extends Kernels {
  setThreads(count: number, patienceMs: number): void;
  help(scratch: number): void;
}

/** The most that can be asked for. */
const LIMIT = 32;
/** Until a helper counts as one that does not start. */
const START_MS = 10_000;
/** Until a piece of work counts as lost; it takes milliseconds, but a busy machine may stop its thread for long. */
const PATIENCE_MS = 30_000;

/** Checks a number of threads. One thread needs no helpers: `undefined`. */
export function lent(threads: Threads | undefined): Threads | undefined {
  if (threads === undefined || threads.count === 1) return undefined;
  if (Number.isInteger(threads.count) && threads.count >= 1 && threads.count <= LIMIT) return threads;
  throw new EngineError(
    'bad-request',
    `The model cannot run on ${threads.count} threads. Ask for a whole number from 1 to ${LIMIT}.`,
  );
}

/** @param scratch bytes that a thread takes for attention scores. */
export async function startCrew(
  { count, start }: Threads,
  wasm: Uint8Array<ArrayBuffer>,
  arena: Arena,
  scratch: number,
): Promise<{ kernels: Kernels; crew: Crew }> {
  const { memory } = arena;
  const { instance, module } = await WebAssembly.instantiate(wasm, { env: { memory, lost } });
  const kernels = instance.exports as unknown as ThreadedKernels;
  const tasks = Array.from({ length: count - 1 }, () => ({ module, memory, scratch: arena.take(scratch) }));
  return { kernels, crew: new Crew(kernels, start, tasks) };
}

/** The helpers of a model. Before they have begun, and after their end, the calling thread does all work. */
export class Crew {
  readonly #kernels: ThreadedKernels;
  readonly #start: Threads['start'];
  readonly #tasks: readonly HelperTask[];
  #helpers: readonly Helper[] = [];

  constructor(kernels: ThreadedKernels, start: Threads['start'], tasks: readonly HelperTask[]) {
    this.#kernels = kernels;
    this.#start = start;
    this.#tasks = tasks;
  }

  /** Starts the helpers. Says how many threads there are then, and if some are missing, why. */
  async begin(): Promise<string> {
    const outcomes = await Promise.allSettled(this.#tasks.map((task) => begun(this.#start, task)));
    this.#helpers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const count = 1 + this.#helpers.length;
    this.#kernels.setThreads(count, PATIENCE_MS);
    const missing = reasons.length === 0 ? '' : `; ${reasons.length} more did not start: ${messageOf(reasons[0])}`;
    return `${count} ${count === 1 ? 'thread' : 'threads'}${missing}`;
  }

  end(): void {
    this.#kernels.setThreads(1, PATIENCE_MS);
    for (const helper of this.#helpers) helper.end();
  }
}

async function begun(start: Threads['start'], task: HelperTask): Promise<Helper> {
  const helper = start(task);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no sign of life within ${START_MS / 1000} s`)), START_MS);
  });
  try {
    await Promise.race([helper.ready, late]);
    return helper;
  } catch (error) {
    helper.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function lost(): never {
  throw new EngineError(
    'worker-died',
    'A thread of the model stopped in the middle of its work. Load the model again.',
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
