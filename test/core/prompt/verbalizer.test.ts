import { describe, expect, it } from 'vitest';
import type { Label } from '../../../src/core/data/example.ts';
import type { ScoreResult } from '../../../src/core/model/language-model.ts';
import { checkVerbalizer, verbalizer } from '../../../src/core/prompt/verbalizer.ts';
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
