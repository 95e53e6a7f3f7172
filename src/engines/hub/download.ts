import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LoadProgress } from '../../core/model/language-model.ts';
import { receive } from '../assets/receive.ts';
import { matches, wrongBytes } from './digest.ts';
import type { Plan, PlannedFile } from './listing.ts';
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

/** Downloads files one beside another; each is kept once it is whole and right, and of one that broke off what has come. */
export async function download(
  plan: Plan,
  missing: readonly PlannedFile[],
  store: ModelStore,
  { fetch, signal, onProgress, sleep }: DownloadOptions,
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
      const bytes = await receive(
        {
          url: current.url,
          bytes: current.bytes,
          isRight: (got) => matches(current, got),
          wrong: (got) => wrongBytes(current, got),
        },
        { fetch, parts: store.parts, signal: stop, onBytes: (n) => report(current, n), sleep },
      );
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
