import { describe, expect, it } from 'vitest';
import { createBackendChoice } from '../../src/app/backend.ts';
import { createModelShelf } from '../../src/app/model-shelf.ts';
import { createPlayground } from '../../src/app/playground.ts';
import { browserStorage } from '../../src/app/storage.ts';
import { memoryJournal } from '../../src/core/run/journal.ts';
import { fakeModel } from '../support/fake-model.ts';
import { goldenKnowledge } from '../support/small-world.ts';

const never = { read: () => new Promise<never>(() => {}) };
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** The back end of each loading, and which of the models are gone. */
function playground() {
  const loads: string[] = [];
  const gone: string[] = [];
  const backend = createBackendChoice({ read: () => null, write: () => {} });
  const { host } = createPlayground({
    assets: never,
    loadKnowledge: async () => goldenKnowledge(),
    async loadModel({ engine }) {
      const name = engine === 'embedded' ? backend.getState().backend : engine;
      loads.push(name);
      return { ...fakeModel(), dispose: () => void gone.push(name) };
    },
    modelAsks: () => null,
    loadEmbedder: async () => fakeModel(),
    embedderAsks: () => null,
    shelf: createModelShelf(never, async () => fakeModel()),
    backend,
    openJournal: async () => memoryJournal(),
    address: { hash: () => '', page: () => 'https://page.example/', replaceHash: () => {} },
  });
  return { models: host.models, loads, gone };
}

function box() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe('the back end of embedded models', () => {
  it('is WASM until another is chosen, and what was chosen is there after a reload', () => {
    const one = box();
    const storage = () => browserStorage(() => one);
    const choice = createBackendChoice(storage());
    expect(choice.getState().backend).toBe('wasm');
    choice.setState({ backend: 'webgpu' });
    expect(createBackendChoice(storage()).getState().backend).toBe('webgpu');
    expect(createBackendChoice(browserStorage(box)).getState().backend).toBe('wasm');
  });

  it('is WASM where the browser kept something else', () => {
    expect(createBackendChoice({ read: () => 'telepathy', write: () => {} }).getState().backend).toBe('wasm');
  });

  it('loads the embedded model in use again, and lets the one before it go', async () => {
    const { models, loads, gone } = playground();
    models.use({ engine: 'embedded', id: 'knowshot-mini' });
    await settled();
    models.runOn('webgpu');
    await settled();
    expect(loads).toEqual(['wasm', 'webgpu']);
    expect(gone).toEqual(['wasm']);
    expect(models.state.getState().loaded?.choice.id).toBe('knowshot-mini');
  });

  it('leaves another engine’s model as it is', async () => {
    const { models, loads, gone } = playground();
    models.use({ engine: 'openai', id: 'm' });
    await settled();
    models.runOn('webgpu');
    await settled();
    expect([loads, gone]).toEqual([['openai'], []]);
    expect(models.backend.getState().backend).toBe('webgpu');
  });
});
