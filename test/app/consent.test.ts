import { describe, expect, it } from 'vitest';
import { createBackendChoice } from '../../src/app/backend.ts';
import { embedderAsks, loadModel, modelAsks, modelProblem } from '../../src/app/engines.ts';
import { createModelShelf } from '../../src/app/model-shelf.ts';
import { createPlayground } from '../../src/app/playground.ts';
import { encodeLink } from '../../src/core/link/link.ts';
import { memoryJournal } from '../../src/core/run/journal.ts';
import { type ModelChoice, parseSpec } from '../../src/core/run/spec.ts';
import { fakeModel } from '../support/fake-model.ts';
import { goldenKnowledge } from '../support/small-world.ts';

const EMBEDDED: ModelChoice = { engine: 'embedded', id: 'knowshot-mini' };
const EMBEDDER = 'Xenova/all-MiniLM-L6-v2:q8';

function linkOn(model: ModelChoice, armModel?: ModelChoice, embedding?: 'model' | 'sentence'): string {
  const select = embedding === undefined ? { type: 'random' } : { type: 'topk', embedding };
  const arm = { id: 'a', name: 'A', select, shots: 2 };
  const parsed = parseSpec({
    version: 1,
    data: { id: 'topic' },
    model,
    ...(embedding === undefined ? {} : { embedder: { id: EMBEDDER } }),
    arms: [arm, ...(armModel === undefined ? [] : [{ ...arm, id: 'b', model: armModel }])],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const link = encodeLink({ spec: parsed.spec });
  if (!link.ok) throw new Error(link.problem);
  return link.hash;
}

async function playgroundAt(hash: string) {
  const loads: string[] = [];
  const playground = createPlayground({
    assets: { read: () => new Promise(() => {}) },
    loadKnowledge: async () => goldenKnowledge(),
    async loadModel({ engine, id }) {
      loads.push(`${engine}/${id}`);
      return fakeModel();
    },
    modelAsks,
    async loadEmbedder({ id }) {
      loads.push(`embedder/${id}`);
      return fakeModel();
    },
    embedderAsks,
    shelf: createModelShelf({ read: () => new Promise(() => {}) }, async () => fakeModel()),
    backend: createBackendChoice({ read: () => null, write: () => {} }),
    openJournal: async () => memoryJournal(),
    address: { hash: () => hash, page: () => 'https://page.example/', replaceHash: () => {} },
  });
  await playground.openAddress();
  return { ...playground, loads, texts: () => playground.notices.store.getState().notices.map(({ text }) => text) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('what a link may load', () => {
  it('is at once what comes with the page', async () => {
    const { loads, texts } = await playgroundAt(linkOn(EMBEDDED));
    await settled();
    expect(loads).toEqual(['embedded/knowshot-mini']);
    expect(texts()).toEqual([]);
  });

  it.each([
    ['a model of the hub', linkOn({ engine: 'web-llm', id: 'Qwen3-0.6B' }), 'huggingface.co'],
    ['an ONNX model', linkOn({ engine: 'transformers', id: 'owner/name:q8' }), 'huggingface.co'],
    ['a model of a server', linkOn({ engine: 'openai', id: 'qwen' }), 'of a server'],
    ['a sentence embedder beside the embedded model', linkOn(EMBEDDED, undefined, 'sentence'), EMBEDDER],
    ['a model of the hub in one arm', linkOn(EMBEDDED, { engine: 'web-llm', id: 'Qwen3-0.6B' }), 'huggingface.co'],
  ])('is nothing before the user agrees: %s', async (_, hash, words) => {
    const { loads, texts, host } = await playgroundAt(hash);
    await settled();
    expect(loads).toEqual([]);
    expect(texts()[0]).toContain(words);
    expect(host.run.getState().status.kind).toBe('idle');
  });

  it('is the embedder that the link names, once the user presses Run, and none where no arm asks for it', async () => {
    const asked = await playgroundAt(linkOn(EMBEDDED, undefined, 'sentence'));
    asked.host.start();
    await settled();
    expect(asked.loads.sort()).toEqual(['embedded/knowshot-mini', `embedder/${EMBEDDER}`]);
    const unasked = await playgroundAt(linkOn(EMBEDDED, undefined, 'model'));
    await settled();
    expect(unasked.loads).toEqual(['embedded/knowshot-mini']);
    expect(unasked.texts()).toEqual([]);
  });

  it('is an embedder that the user chose, which is then the experiment’s; without it nothing is', async () => {
    const { host, loads, link } = await playgroundAt(linkOn(EMBEDDED));
    host.models.chooseEmbedder({ id: EMBEDDER });
    await settled();
    expect(loads).toContain(`embedder/${EMBEDDER}`);
    expect(host.experiment.getState().experiment.spec.embedder).toEqual({ id: EMBEDDER });
    expect(host.models.embedder.getState().loaded?.identity.id).toBe(fakeModel().identity.id);
    expect(await link()).toMatchObject({ ok: true });
    host.models.chooseEmbedder(null);
    expect(host.experiment.getState().experiment.spec.embedder).toBeUndefined();
    expect(host.models.embedder.getState().loaded).toBeNull();
  });

  it('is what the link names, once the user presses Run', async () => {
    const { loads, host } = await playgroundAt(linkOn({ engine: 'web-llm', id: 'Qwen3-0.6B' }));
    host.start();
    await settled();
    expect(loads).toEqual(['web-llm/Qwen3-0.6B']);
  });

  it('is another model, once the user chooses that', async () => {
    const { loads, host } = await playgroundAt(linkOn({ engine: 'web-llm', id: 'Qwen3-0.6B' }));
    host.models.use({ engine: 'web-llm', id: 'Qwen3-1.7B' });
    await settled();
    expect(loads).toEqual(['web-llm/Qwen3-1.7B']);
    expect(host.experiment.getState().experiment.spec.model.id).toBe('Qwen3-1.7B');
  });

  it('leaves a finished or idle experiment as it is when a model is chosen', async () => {
    const { host } = await playgroundAt(linkOn({ engine: 'openai', id: 'qwen' }));
    host.models.use(EMBEDDED);
    await settled();
    expect(host.run.getState().status.kind).toBe('idle');
    expect(host.models.state.getState().loaded?.choice).toEqual(EMBEDDED);
  });

  it('is never an engine or model that the page does not have', async () => {
    expect(modelProblem({ engine: 'web-llm', id: 'gpt-9' })).toContain('no model "gpt-9"');
    expect(modelProblem({ engine: 'telepathy', id: 'x' })).toContain('no engine "telepathy"');
    expect(modelProblem({ engine: 'toString', id: 'x' })).toContain('no engine');
    expect(modelProblem({ engine: 'transformers', id: 'https://evil.example/x' })).toContain('names no ONNX model');
    expect(modelProblem({ engine: 'web-llm', id: 'Qwen3-0.6B-q4f32_1-MLC' })).toBeNull();
    const { texts } = await playgroundAt(linkOn(EMBEDDED, { engine: 'telepathy', id: 'x' }));
    expect(texts()[0]).toContain('no engine "telepathy"');
  });

  it('needs an address for a model of a server, which no link holds', async () => {
    const request = {
      baseUrl: '',
      server: null,
      backend: 'wasm' as const,
      signal: new AbortController().signal,
      onProgress: () => {},
    };
    await expect(loadModel({ engine: 'openai', id: 'qwen' }, request)).rejects.toThrow('Say under Models where');
  });
});
