import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sameExperiment } from '../../src/app/experiment.ts';
import { linkOf as linkOfExperiment, openLink } from '../../src/app/link.ts';
import { payloadFromFile, payloadFromLink } from '../../src/cli/payload.ts';
import { decodeLink } from '../../src/core/link/link.ts';
import { linkOf } from '../core/link/sealed-link.ts';

/** As the page wrote it when an ONNX model's id named its embedder too: four arms, one of them on the embedded model. */
const OLDER =
  '#v1.xVNNTwIxEP0rpFe3gESI6ZGbEQ4aDybGQ2lnsaGdrm2XlZD9705XWDhwE-Ntvt7MezPtnsUKFBN7JoOLTLyRgbGBkENpVwETzHkNlrUFU9KaVZCJgn0SPULOGU1OkKi9YwVD6XLy-ej7oHNLhiADxMStjInCoXYGL_eLyofsxzrjI1hQKZcF0EE2TJTSRiiOqMPgjPvwiXTctcWvlCRfbU46Xnz1eFUV4FagtcF1T6qX0k2-opDS6PKkZL4bNCQj_pma4zwr3UpLJsbDWS_NuXBFZUTT0KAfQGaBa0NpcaADmpJd4QZ9k2fyDkHws6sWg7Pq_7nve8G0TLSqff_0jMoV1jhD3SbjSyITPflY-uAg5GN2SI_4xZV3rkaTdqOnBnAynPLxcDrnDxhTqFUSn_c3r4B-K0fSWr6klSyWfDHj2wmlOmJAyxC3RDgY-mSduaUpxiPZbfsNjoTUDg';

const MODEL = 'onnx-community/Qwen2.5-0.5B-Instruct:q8';
const EMBEDDER = 'Xenova/all-MiniLM-L6-v2:q8';

const arm = (id: string, select: object, more: object = {}) => ({ id, name: id, select, shots: 4, ...more });
const onnx = (id: string) => ({ engine: 'transformers', id });
const spec = (model: object, arms: object[], more: object = {}) => ({
  version: 1,
  data: { id: 'topic' },
  model,
  limit: 20,
  arms,
  ...more,
});

/** The same experiment as the present form says it. */
const PRESENT = linkOf({
  spec: spec(
    onnx(MODEL),
    [
      arm('random', { type: 'random' }, { name: 'Random' }),
      arm('topk', { type: 'topk', embedding: 'sentence' }, { name: 'TopK' }),
      arm('tfidf', { type: 'mmr', embedding: 'tfidf' }, { name: 'By words' }),
      arm('mini', { type: 'topk' }, { name: 'TopK, embedded', model: { engine: 'embedded', id: 'knowshot-mini' } }),
    ],
    { embedder: { id: EMBEDDER } },
  ),
});

const opened = (hash: string) => {
  const link = openLink(hash);
  if (link.kind === 'bad') throw new Error(link.problem);
  return link.state;
};
const problem = (hash: string): string => {
  const link = openLink(hash);
  return link.kind === 'bad' ? link.problem : 'no problem';
};

describe('a link whose model id names the embedder too', () => {
  it('opens the experiment of the present form, and is shared again as that', () => {
    const [older, present] = [opened(OLDER), opened(PRESENT)];
    expect(older).toEqual(present);
    expect(older.experiment.spec.model).toEqual(onnx(MODEL));
    expect(older.experiment.spec.embedder).toEqual({ id: EMBEDDER });
    expect(sameExperiment(older.experiment, present.experiment)).toBe(true);
    const again = linkOfExperiment(older.experiment, null);
    expect(again).toEqual(linkOfExperiment(present.experiment, null));
    expect(again.ok && decodeLink(again.hash)).toEqual(decodeLink(PRESENT));
  });

  it('may name it for one arm alone, with what else is said of the model', () => {
    const own = { ...onnx(`${MODEL}+${EMBEDDER}`), revision: 'main', prompt: 'chat' };
    const { experiment } = opened(
      linkOf({
        spec: spec({ engine: 'embedded', id: 'knowshot-mini' }, [
          arm('a', { type: 'topk' }),
          arm('b', { type: 'vote-k' }, { model: own }),
        ]),
      }),
    );
    const [first, second] = experiment.spec.arms;
    expect(experiment.spec.embedder).toEqual({ id: EMBEDDER });
    expect(first?.select).toMatchObject({ embedding: 'model' });
    expect(second?.select).toMatchObject({ type: 'vote-k', embedding: 'sentence' });
    expect(second?.model).toEqual({ ...own, id: MODEL });
  });

  it('is read in the terminal, from a link and from a spec file', async () => {
    const fromLink = payloadFromLink(`https://page.example/${OLDER}`);
    const file = join(mkdtempSync(join(tmpdir(), 'knowshot-older-')), 'spec.json');
    writeFileSync(file, JSON.stringify(spec(onnx(`${MODEL}+${EMBEDDER}`), [arm('a', { type: 'topk' })])));
    const fromFile = await payloadFromFile(file);
    for (const { spec: read } of [fromLink, fromFile])
      expect(read).toMatchObject({ model: onnx(MODEL), embedder: { id: EMBEDDER } });
    expect(fromFile.spec.arms[0]?.select).toMatchObject({ embedding: 'sentence' });
  });

  it.each([
    'a/b:q8+',
    'a/b:q8+name',
    'a/b:q8+c/d',
    'a/b:q8+c/d:q3',
    'a/b+c/d:q8',
    '+c/d:q8',
    'a/b:q8+-c/d:q8',
    `a/b:q8+${EMBEDDER}+${EMBEDDER}`,
  ])('is refused where the id is not of that form: %s', (id) => {
    expect(problem(linkOf({ spec: spec(onnx(id), [arm('a', { type: 'topk' })]) }))).toBe(
      `"${id}" names no ONNX model: give owner/name:type, for example onnx-community/Qwen2.5-0.5B-Instruct:q8. A sentence embedder is chosen on its own.`,
    );
  });

  it('is refused where it names two embedders, which one experiment cannot have', () => {
    const other = { model: onnx(`${MODEL}+c/d:fp32`) };
    const two = [arm('a', { type: 'topk' }), arm('b', { type: 'topk' }, other)];
    expect(problem(linkOf({ spec: spec(onnx(`${MODEL}+${EMBEDDER}`), two) }))).toContain(
      `the sentence embedders ${EMBEDDER} and c/d:fp32, and an experiment has one`,
    );
    const field = { embedder: { id: 'c/d:fp32' } };
    expect(
      problem(linkOf({ spec: spec(onnx(`${MODEL}+${EMBEDDER}`), [arm('a', { type: 'topk' })], field) })),
    ).toContain('an experiment has one');
  });

  it('is none where another engine answers: a server may name its models as it likes', () => {
    const model = { engine: 'openai', id: 'a/b:q8+c/d:q8' };
    expect(opened(linkOf({ spec: spec(model, [arm('a', { type: 'random' })]) })).experiment.spec.model).toEqual(model);
  });
});
