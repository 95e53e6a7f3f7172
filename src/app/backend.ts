import { createStore } from 'zustand/vanilla';
import type { Backend } from '../engines/embedded/load.ts';
import type { browserStorage } from './storage.ts';

/** Where embedded models score in this browser: WASM until the user chooses otherwise. */
export function createBackendChoice(storage: Pick<ReturnType<typeof browserStorage>, 'read' | 'write'>) {
  const store = createStore<{ readonly backend: Backend }>(() => ({
    backend: storage.read('backend') === 'webgpu' ? 'webgpu' : 'wasm',
  }));
  store.subscribe(({ backend }) => storage.write('backend', backend));
  return store;
}

export type BackendChoice = ReturnType<typeof createBackendChoice>;
