import { describe, expect, it } from 'vitest';
import { createModelSlot } from '../../src/app/model-slot.ts';
import type { LanguageModel, LoadProgress } from '../../src/core/model/language-model.ts';
import type { ModelChoice } from '../../src/core/run/spec.ts';
import { code } from '../contract/under-test.ts';
import { fakeModel } from '../support/fake-model.ts';

const OWN: ModelChoice = { engine: 'embedded', id: 'own' };
const FAR: ModelChoice = { engine: 'web-llm', id: 'far' };

function slot() {
  const calls: { choice: ModelChoice; server: unknown; report: (progress: LoadProgress) => void }[] = [];
  const disposed: string[] = [];
  let answer: (choice: ModelChoice) => Promise<LanguageModel> = async ({ id }) => ({
    ...fakeModel(),
    identity: { ...fakeModel().identity, id },
    dispose: () => void disposed.push(id),
  });
  let time = 0;
  const made = createModelSlot({
    loadModel(choice, { server, onProgress }) {
      calls.push({ choice, server, report: onProgress });
      return answer(choice);
    },
    modelAsks: ({ engine }) => (engine === 'embedded' ? null : 'This asks elsewhere.'),
    now: () => time,
  });
  return {
    ...made,
    calls,
    disposed,
    load: (choice: ModelChoice) => made.get(choice, new AbortController().signal, () => {}),
    answers: (next: typeof answer) => {
      answer = next;
    },
    pass: (seconds: number) => {
      time += seconds;
    },
  };
}

describe('the model in use', () => {
  it('is loaded once for all who ask, and told when it is there', async () => {
    const s = slot();
    const [a, b] = await Promise.all([s.load(OWN), s.load(OWN)]);
    expect(a).toBe(b);
    expect(s.calls).toHaveLength(1);
    expect(s.store.getState()).toMatchObject({ loading: null, failure: null, loaded: { choice: OWN } });
  });

  it('is not loaded from elsewhere before the user chose it', async () => {
    const s = slot();
    await expect(s.load(FAR)).rejects.toEqual(code('bad-request'));
    await expect(s.load(FAR)).rejects.toThrow('This asks elsewhere. Press Run');
    expect(s.calls).toEqual([]);
    s.permit(FAR);
    await s.load(FAR);
    expect(s.calls).toHaveLength(1);
    expect(s.pending({ engine: 'web-llm', id: 'other' })).not.toBeNull();
  });

  it('gives way to the next one', async () => {
    const s = slot();
    await s.load(OWN);
    await s.load({ engine: 'embedded', id: 'twin' });
    await Promise.resolve();
    expect(s.disposed).toEqual(['own']);
    expect(s.store.getState().loaded?.identity.id).toBe('twin');
  });

  it('tells how far its loading is, with bytes a second and the time left', async () => {
    const s = slot();
    let finish: () => void = () => {};
    s.answers(
      () =>
        new Promise((resolve) => {
          finish = () => resolve(fakeModel());
        }),
    );
    const loading = s.load(OWN);
    await Promise.resolve();
    s.pass(2);
    s.calls[0]?.report({ phase: 'download', done: 200, total: 1000 });
    expect(s.store.getState().loading).toEqual({
      choice: OWN,
      phase: 'download',
      progress: { done: 200, total: 1000, rate: 100, secondsLeft: 8 },
    });
    finish();
    await loading;
  });

  it('that did not load leaves its reason, and is tried again', async () => {
    const s = slot();
    s.answers(() => Promise.reject(new Error('broken')));
    await expect(s.load(OWN)).rejects.toThrow('broken');
    expect(s.store.getState()).toMatchObject({ loading: null, loaded: null, failure: { choice: OWN } });
    s.answers(async () => fakeModel());
    await s.load(OWN);
    expect(s.store.getState()).toMatchObject({ failure: null, loaded: { choice: OWN } });
  });

  it('that was slower than its successor does not come back', async () => {
    const s = slot();
    let finish: (model: LanguageModel) => void = () => {};
    s.answers(({ id }) => (id === 'own' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(fakeModel())));
    const slow = s.load(OWN);
    await Promise.resolve();
    const twin = { engine: 'embedded', id: 'twin' };
    await s.load(twin);
    let gone = false;
    finish({ ...fakeModel(), dispose: () => (gone = true) });
    await slow;
    expect(s.store.getState().loaded?.choice).toEqual(twin);
    await Promise.resolve();
    expect(gone).toBe(true);
  });

  it('of a server is asked where the user said last', async () => {
    const s = slot();
    const served = { engine: 'openai', id: 'm' };
    s.permit(served);
    s.connect({ url: 'http://one', apiKey: '' });
    await s.load(served);
    s.connect({ url: 'http://two', apiKey: 'k' });
    await s.load(served);
    expect(s.calls.map(({ server }) => server)).toEqual([
      { url: 'http://one', apiKey: '' },
      { url: 'http://two', apiKey: 'k' },
    ]);
  });
});
