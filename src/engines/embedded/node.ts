import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { threadsFor } from '../../core/model/threads.ts';
import { fsAssets } from '../assets/fs-assets.ts';
import type { EmbeddedModel } from './engine.ts';
import { loadEmbedded } from './load.ts';
import type { LoadOptions } from './model-files.ts';
import type { Helper, HelperTask } from './threads.ts';

export async function readKernels(threaded = false, relaxed = false): Promise<Uint8Array<ArrayBuffer>> {
  const name = `kernels${threaded ? '-threaded' : ''}${relaxed ? '-relaxed' : ''}.wasm`;
  return new Uint8Array(await readFile(new URL(`./${name}`, import.meta.url)));
}

/** As helper.ts, in plain JavaScript: workers of Node read no TypeScript. */
const HELPER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { module, memory, scratch } = workerData;
  const { exports } = new WebAssembly.Instance(module, { env: { memory, lost: () => {} } });
  parentPort.postMessage('ready');
  exports.help(scratch);
`;

export function startHelper(task: HelperTask): Helper {
  const worker = new Worker(HELPER, { eval: true, workerData: task, execArgv: [], name: 'knowshot helper' });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      // From now on it does not keep the process alive.
      worker.unref();
      resolve();
    });
    worker.on('error', reject);
    worker.once('exit', () => reject(new Error('its thread ended')));
  });
  return { ready, end: () => void worker.terminate() };
}

/** Loads a model of `publicDir`/models into this thread. */
export function loadEmbeddedInNode({
  publicDir,
  threads = threadsFor(availableParallelism()),
  ...options
}: LoadOptions & {
  readonly modelId: string;
  readonly publicDir: string;
  readonly cacheBytes?: number;
  /** Threads that compute, this one among them; one for each core but one, up to four, if not said. */
  readonly threads?: number;
  /** As for `loadEmbedded`. */
  readonly relaxed?: boolean;
}): Promise<EmbeddedModel> {
  return loadEmbedded({
    ...options,
    assets: fsAssets(publicDir),
    wasm: readKernels,
    threads: { count: threads, start: startHelper },
  });
}
