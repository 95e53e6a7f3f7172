import { describe, expect, it } from 'vitest';
import type { Label } from '../../../src/core/data/example.ts';
import { lettersUpTo } from '../../../src/core/data/options.ts';
import type { ScoreResult } from '../../../src/core/model/language-model.ts';
import { answersTo } from '../../../src/core/prompt/answers.ts';
import { checkOptionTexts, checkVerbalizer, verbalizer } from '../../../src/core/prompt/verbalizer.ts';
import { fakeModel } from '../../support/fake-model.ts';

const labels: readonly Label[] = [
  { id: 'world', words: ['World'] },
  { id: 'tech', words: ['Technology', 'Science news'] },
];

/** A result whose continuations have these token log-probabilities. */
const result = (...rows: readonly (readonly number[])[]): ScoreResult => ({
  promptTokens: 3,
  scores: rows.map((tokenLogprobs) => ({
    tokenIds: tokenLogprobs.map((_, i) => i),
    tokens: tokenLogprobs.map(() => 't'),
    tokenLogprobs,
    sumLogprob: tokenLogprobs.reduce((a, b) => a + b, 0),
  })),
});

describe('verbalizer', () => {
  it('scores every word of every label with a leading space', () => {
    expect(verbalizer(labels).continuations).toEqual([' World', ' Technology', ' Science news']);
  });

  it('shows the first word of a label in demonstrations', () => {
    expect(verbalizer(labels).wordOf('tech')).toBe('Technology');
  });

  it('refuses a label without a word and says how to give it one', () => {
    expect(() => verbalizer(labels).wordOf('sport')).toThrow(/"sport".*--labels "sport=word"/u);
    expect(() => verbalizer(labels).wordOf('__proto__')).toThrow(/__proto__/u);
  });

  it('sums the words of a label as probabilities', () => {
    const [world, tech] = verbalizer(labels).labelLogprobs(
      result([Math.log(0.5)], [Math.log(0.2)], [Math.log(0.5), Math.log(0.2)]),
      'sum',
    );
    expect(world).toBeCloseTo(Math.log(0.5), 12);
    expect(tech).toBeCloseTo(Math.log(0.2 + 0.1), 12);
  });

  it('takes the mean per token where asked to', () => {
    const [world, tech] = verbalizer(labels.map((l) => ({ ...l, words: l.words.slice(0, 1) }))).labelLogprobs(
      result([-3], [-1, -3]),
      'mean',
    );
    expect([world, tech]).toEqual([-3, -2]);
  });

  it('takes the sum per UTF-8 byte of the word, its space not counted, where asked to', () => {
    const own = verbalizer([
      { id: 'a', words: ['Köln'] },
      { id: 'b', words: ['Bonn'] },
    ]);
    expect(own.labelLogprobs(result([-1, -4], [-1, -3]), 'bytes')).toEqual([-1, -1]);
  });

  it('gives the first token of each word alone, by the same measure', () => {
    const own = verbalizer([
      { id: 'a', words: ['north sea'] },
      { id: 'b', words: ['lake'] },
    ]);
    const whole = result([-7, -4], [-8]);
    for (const scored of [result([-1, -4], [-2]), result([-1], [-2])]) {
      expect(own.firstTokenLogprobs(scored, 'sum', whole)).toEqual([-1, -2]);
      expect(own.firstTokenLogprobs(scored, 'mean', whole)).toEqual([-0.5, -2]);
      expect(own.firstTokenLogprobs(scored, 'bytes', whole)).toEqual([-1 / 9, -0.5]);
    }
  });

  it('does not count a word that is given twice to a label twice', () => {
    const twice = verbalizer([
      { id: 'a', words: ['one', 'one'] },
      { id: 'b', words: ['two'] },
    ]);
    const rows = twice.continuations.map(() => [-1]);
    expect(twice.labelLogprobs(result(...rows), 'sum')).toEqual([-1, -1]);
  });
});

describe('check of the verbalizer', () => {
  const model = fakeModel();

  it('passes labels that the model can tell apart', async () => {
    expect(await checkVerbalizer(labels, model)).toEqual([]);
  });

  it.each([
    ['a single label', [labels[0] as Label], /at least two labels/u],
    ['a label without words', [...labels, { id: 'sport', words: [] }], /"sport" has no word.*--labels/u],
    ['an empty word', [...labels, { id: 'sport', words: [' '] }], /"sport" has no word/u],
    ['two labels with one word', [...labels, { id: 'globe', words: ['World'] }], /"world" and "globe" collide/u],
  ])('refuses %s', async (_what, given, message) => {
    await expect(checkVerbalizer(given, model)).rejects.toThrow(message);
  });

  it('refuses words that are one after the lower-casing of the tokenizer', async () => {
    const cased = [
      { id: 'us', words: ['US'] },
      { id: 'we', words: ['us'] },
    ];
    expect(await checkVerbalizer(cased, model)).toEqual([]);
    await expect(checkVerbalizer(cased, fakeModel({ lowerCases: true }))).rejects.toThrow(/same tokens/u);
  });

  it('refuses two labels of one id', async () => {
    const twins = [
      { id: 'a', words: ['one'] },
      { id: 'a', words: ['two'] },
    ];
    await expect(checkVerbalizer(twins, model)).rejects.toThrow(/"a"/u);
  });

  it('warns where a word begins another label’s word', async () => {
    const warnings = await checkVerbalizer([...labels, { id: 'science', words: ['Science'] }], model);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/"Science" begins "Science news"/u);
  });
});

describe('answers to a question', () => {
  const letters = lettersUpTo(4);
  const template = { instruction: '', inputNames: ['Question'], labelName: 'Answer' };
  const asked = { options: ['in Rome', 'in Paris'] };

  it('are the texts of its own options under their letters', () => {
    expect(answersTo({ labels: letters, template }, asked)).toEqual([
      { id: 'A', words: ['in Rome'] },
      { id: 'B', words: ['in Paris'] },
    ]);
  });

  it('are as many letters as it has options where letters are asked for', () => {
    const listing = { ...template, options: 'letters' as const };
    expect(answersTo({ labels: letters, template: listing }, asked)).toEqual(letters.slice(0, 2));
  });

  it('are the labels of the set where it has no options', () => {
    expect(answersTo({ labels, template }, {})).toBe(labels);
  });

  it('are refused where two are the same tokens, naming the question; one that begins another is said', async () => {
    const check = (...options: readonly (readonly string[])[]) =>
      checkOptionTexts(
        options.map((_, i) => ({ id: `e${i + 1}` })),
        options.map((own) => answersTo({ labels: letters, template }, { options: own })),
        fakeModel({ lowerCases: true }),
      );
    expect(await check(['up', 'down'], ['in', 'out'])).toEqual([]);
    await expect(check(['up', 'down'], ['Polish', 'polish'])).rejects.toThrow(
      /e2.*"Polish" and "polish".*same tokens/u,
    );
    expect(await check(['up', 'up there'], ['in', 'out'])).toEqual([
      expect.stringMatching(/In 1 of 2.*"up" and "up there" in e1/u),
    ]);
  });
});
