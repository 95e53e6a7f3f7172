import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { LoadProgress } from '../../core/model/language-model.ts';
import { matches, wrongBytes } from './digest.ts';
import { type Plan, type PlannedFile, unreachable } from './listing.ts';
import type { ModelStore } from './store.ts';

export interface DownloadOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Waits between attempts. */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

/** Files at the same time: more would only share the line. */
const AT_ONCE = 3;

/** Waits before the second and third attempt at a file. */
const WAITS_MS = [1000, 4000];

/** Checks every file that is here against the plan. What is wrong is dropped. @returns the files that are missing. */
export async function verify(
  plan: Plan,
  store: ModelStore,
  { signal, onProgress }: Pick<DownloadOptions, 'signal' | 'onProgress'>,
): Promise<PlannedFile[]> {
  const missing: PlannedFile[] = [];
  const total = totalBytes(plan.files);
  let done = 0;
  for (const file of plan.files) {
    throwIfAborted(signal);
    onProgress?.({ phase: 'verify', done, total });
    const bytes = await store.read(file);
    if (bytes === undefined || !(await matches(file, bytes))) {
      if (bytes !== undefined) await store.drop(file);
      missing.push(file);
    }
    done += file.bytes;
  }
  return missing;
}

/** Downloads files one beside another; each is kept once it is whole and right, so that a later attempt goes on from there. */
export async function download(
  plan: Plan,
  missing: readonly PlannedFile[],
  store: ModelStore,
  { fetch, signal, onProgress, sleep = wait }: DownloadOptions,
): Promise<void> {
  const total = totalBytes(plan.files);
  const present = total - totalBytes(missing);
  const received = new Map<PlannedFile, number>();
  const report = (file: PlannedFile, bytes: number) => {
    received.set(file, bytes);
    const done = [...received.values()].reduce((sum, n) => sum + n, present);
    onProgress?.({ phase: 'download', done, total });
  };
  const queue = [...missing];
  const failed = new AbortController();
  let failure: unknown;
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const line = async () => {
    for (let file = queue.shift(); file !== undefined && !stop.aborted; file = queue.shift()) {
      const current = file;
      const bytes = await persistently(() => receive(current, fetch, stop, (n) => report(current, n)), stop, sleep);
      if (!(await matches(current, bytes))) throw wrongBytes(current, bytes.length);
      await store.write(current, bytes);
    }
  };
  const lines = Array.from({ length: AT_ONCE }, () =>
    line().catch((error) => {
      // The first failure ends the others, which then fail for that alone.
      if (!failed.signal.aborted) failure = error;
      failed.abort();
    }),
  );
  await Promise.all(lines);
  throwIfAborted(signal);
  if (failure !== undefined) throw failure;
}

export const totalBytes = (files: readonly PlannedFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function persistently<T>(work: () => Promise<T>, signal: AbortSignal, sleep: (ms: number) => Promise<void>) {
  for (const ms of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError && error.code === 'network' && error.recoverable))
        throw error;
      await sleep(ms);
      throwIfAborted(signal);
    }
  }
  return work();
}

async function receive(
  { url, bytes }: PlannedFile,
  fetch: DownloadOptions['fetch'],
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) {
      // Too many requests and server faults pass; a file that is not there does not come back.
      const passes = response.status === 429 || response.status >= 500;
      throw new EngineError('network', `${host} answers ${response.status}. Load the model again later.`, {
        recoverable: passes,
      });
    }
    const whole = new Uint8Array(bytes);
    let done = 0;
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (done + next.value.length > bytes) {
        await reader.cancel();
        throw new EngineError(
          'wrong-hash',
          `${host} sends more than the ${bytes} bytes of ${url}. Load the model again later.`,
          {
            recoverable: true,
          },
        );
      }
      whole.set(next.value, done);
      done += next.value.length;
      onBytes(done);
    }
    if (done < bytes) throw unreachable(host, new Error(`the answer broke off after ${done} of ${bytes} bytes`));
    return whole;
  } catch (error) {
    throwIfAborted(signal);
    throw error instanceof EngineError ? error : unreachable(host, error);
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
