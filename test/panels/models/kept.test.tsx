import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { webLlmOffers } from '../../../src/app/model-shelf.ts';
import type { Kept, KeptHere } from '../../../src/engines/kept.ts';
import { type Host, HostContext, type ModelHost, type ModelState } from '../../../src/panels/host.ts';
import { KeptModels } from '../../../src/panels/models/KeptModels.tsx';
import { allOffers, holdOf } from '../../../src/panels/models/kept.ts';
import { MACHINE } from '../../engines/web-llm/hub.ts';

const NONE: ModelState = { loaded: null, loading: null, failure: null };
const loading = (engine: string, id: string): ModelState => ({
  ...NONE,
  loading: { choice: { engine, id }, phase: 'download', progress: null },
});
const loaded = (engine: string, id: string, files = id): ModelState =>
  ({ ...NONE, loaded: { choice: { engine, id }, identity: { engine, id: files } } }) as unknown as ModelState;

const kept = (changes: Partial<Kept> = {}): Kept => ({
  engine: 'transformers',
  id: 'Xenova/all-MiniLM-L6-v2:q8',
  repository: 'r',
  bytes: 23e6,
  total: 23e6,
  complete: true,
  ...changes,
});
const here = (all: readonly Kept[], changes: Partial<KeptHere> = {}): KeptHere => ({
  keeps: true,
  kept: all,
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  storage: { quota: 1e10, usage: 40e6 },
  ...changes,
});

/** The section as text. */
function section(list: KeptHere | null, problem: string | null = null): string {
  const models = { state: createStore(() => NONE), embedder: createStore(() => NONE), offers: webLlmOffers };
  const html = renderToStaticMarkup(
    <HostContext value={{ models } as unknown as Host}>
      <KeptModels view={{ here: list, problem, said: '', remove: async () => {} }} machine={MACHINE} />
    </HostContext>,
  );
  return html
    .replaceAll(/aria-label="([^"]*)"/gu, '>$1<')
    .replaceAll(/<[^>]*>|>|</gu, ' ')
    .replaceAll(/\s+/gu, ' ');
}

describe('the list of what is kept', () => {
  it('names each with its number type and its size, and whether all of it is here', () => {
    const begun = kept({ id: 'a/b:q4f16', repository: 's', bytes: 399e6, total: 400e6, complete: false });
    const text = section(here([begun, kept()]));
    expect(text).toContain('a/b:q4f16 99 % downloaded 399 MB of 400 MB · ONNX, 4 bits, 16-bit arithmetic');
    expect(text).toContain('Xenova/all-MiniLM-L6-v2:q8 complete 23 MB · ONNX, 8 bits');
    expect(text).toContain('Delete the files of Xenova/all-MiniLM-L6-v2:q8');
    expect(text).toContain(
      '2 models and embedders, 422 MB in all. The page may keep 10 GB in this browser; with data sets and answers it keeps 40 MB.',
    );
  });

  it('does not say that all of a download is here that was not found right', () => {
    expect(section(here([kept({ complete: false })]))).toContain('99 % downloaded');
  });

  it('tells what belongs to no model, and counts no model by it', () => {
    const text = section(here([kept({ engine: null, id: 'left over', bytes: 5e6, total: 5e6, complete: false })]));
    expect(text).toContain('Left over 5 MB · parts of downloads that broke off');
    expect(text).toContain('Delete the files of Left over');
    expect(text).toContain('0 models and embedders, 5 MB in all.');
    expect(text).not.toContain('%');
  });

  it('says that there is nothing, that nothing can be kept, or what is wrong', () => {
    expect(section(here([]))).toContain('Nothing is downloaded.');
    expect(section(here([], { storage: null }))).toContain('does not tell how much');
    expect(section(here([], { keeps: false }))).toContain('Open the page over HTTPS');
    expect(section(null, 'The disk does not answer.')).toContain('The disk does not answer.');
  });
});

describe('what keeps files from being deleted', () => {
  const offers = allOffers({ offers: webLlmOffers }, MACHINE);
  const QWEN = kept({ engine: 'web-llm', id: 'Qwen2.5-0.5B-Instruct-q4f32_1-MLC' });
  const released = (files: Kept, model: ModelState, embedder: ModelState) => {
    const models = { cancel: vi.fn(), use: vi.fn(), cancelEmbedder: vi.fn(), chooseEmbedder: vi.fn() };
    const hold = holdOf(files, model, embedder, offers);
    hold?.release(models as unknown as ModelHost);
    const called = Object.entries(models).flatMap(([name, call]) => (call.mock.calls.length > 0 ? [name] : []));
    return [hold?.reason ?? null, ...called];
  };

  it('is nothing where it is not in use, also while others are', () => {
    expect(holdOf(kept(), NONE, NONE, offers)).toBeNull();
    expect(holdOf(kept(), loaded('transformers', 'a/b:q8'), loading('embedder', 'c/d:q8'), offers)).toBeNull();
    expect(holdOf(QWEN, loaded('web-llm', 'Qwen3-0.6B', 'Qwen3-0.6B-q4f32_1-MLC'), NONE, offers)).toBeNull();
    const other = kept({ engine: 'web-llm', id: 'Qwen2.5-0.5B-Instruct-q4f16_1-MLC' });
    expect(holdOf(other, loaded('web-llm', 'Qwen2.5-0.5B-Instruct', QWEN.id), NONE, offers)).toBeNull();
    expect(holdOf(kept({ engine: null }), loaded('transformers', kept().id), NONE, offers)).toBeNull();
  });

  it.each([
    ['a model that is loaded', kept(), loaded('transformers', kept().id), NONE, 'the model in use', 'use'],
    ['a model that is being loaded', kept(), loading('transformers', kept().id), NONE, 'being loaded', 'cancel'],
    ['one of web-llm by its short name', QWEN, loading('web-llm', 'Qwen2.5-0.5B-Instruct'), NONE, 'loaded', 'cancel'],
    ['one of web-llm that is loaded', QWEN, loaded('web-llm', 'x', QWEN.id), NONE, 'the model in use', 'use'],
    ['an embedder that is loaded', kept(), NONE, loaded('embedder', kept().id), 'embedder in use', 'chooseEmbedder'],
    ['an embedder that comes', kept(), NONE, loading('embedder', kept().id), 'being loaded', 'cancelEmbedder'],
  ] as const)('is told with a way out: %s', (_, files, model, embedder, reason, way) => {
    expect(released(files, model, embedder)).toEqual([expect.stringContaining(reason), way]);
  });
});
