import * as v from 'valibot';
import { readMachine } from '../machine.ts';
import { serveModel } from '../worker/host.ts';
import type { WorkerScope } from '../worker/port.ts';
import { scopePort } from '../worker/port.ts';
import { loadWebLlm } from './load.ts';
import { WorkerLoadOptions } from './load-options.ts';
import { openModel } from './open.ts';
import { webLlmStore } from './store.ts';

serveModel(scopePort(globalThis as unknown as WorkerScope), async (options, { signal, onProgress }) => {
  const { modelId } = v.parse(WorkerLoadOptions, options);
  return loadWebLlm({
    modelId,
    store: webLlmStore(caches),
    machine: await readMachine(),
    fetch: (url, init) => fetch(url, init),
    open: openModel,
    signal,
    onProgress,
  });
});
