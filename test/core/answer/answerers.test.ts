import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskContext } from '../../../src/core/answer/answerer.ts';
import { answerers } from '../../../src/core/answer/registry.ts';
import type { Selected } from '../../../src/core/demos/selector.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import { verbalizer } from '../../../src/core/prompt/verbalizer.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { example, labels } from '../../support/small-world.ts';

const chosen = (label: string, similarity?: number): Selected => ({
  example: example(`p${label}${similarity}`, 'text', label),
  why: { reason: 'chosen', figures: {}, shared: [] },
  ...(similarity === undefined ? {} : { similarity }),
});
const vote = (demos: readonly Selected[], weight: 'one' | 'similarity' = 'one') =>
  answerers.vote.tally({ labels, demos, pool: [] }, { weight });

describe('vote of the demos', () => {
  it('is the label that most demos have, with its share', () => {
    const found = vote([chosen('tech'), chosen('place'), chosen('place')]);
    expect(found?.answer).toBe(0);
    expect(found?.shares).toEqual([2 / 3, 1 / 3]);
  });

  it('goes to the label of the most relevant demo among those that tie', () => {
    expect(vote([chosen('tech'), chosen('place')])?.answer).toBe(1);
    expect(vote([chosen('place'), chosen('tech')])?.answer).toBe(0);
  });

  it('weighs by similarity where asked to, and refuses where none is measured', () => {
    const demos = [chosen('tech', 0.9), chosen('place', 0.3), chosen('place', 0.3), chosen('place', -5)];
    expect(vote(demos)?.answer).toBe(0);
    expect(vote(demos, 'similarity')).toEqual({ shares: [0.6 / 1.5, 0.9 / 1.5], answer: 1 });
    expect(() => vote([chosen('tech')], 'similarity')).toThrow(/no similarity.*TopK/u);
  });

  it('with one demo is its label: the nearest neighbour; without demos there is none', () => {
    for (const label of ['place', 'tech']) expect(vote([chosen(label)])?.shares[label === 'tech' ? 1 : 0]).toBe(1);
    expect(vote([])).toBeNull();
  });

  it('has shares that sum to one, the answer among the largest', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('place', 'tech'), { minLength: 1, maxLength: 12 }), (own) => {
        const found = vote(own.map((label) => chosen(label)));
        const shares = found?.shares ?? [];
        expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        expect(shares[found?.answer ?? -1]).toBe(Math.max(...shares));
      }),
    );
  });
});

describe('commonest label', () => {
  const pool = ['tech', 'place', 'tech'].map((label, i) => example(`p${i}`, 'text', label));

  it('reads the pool and nothing else', () => {
    const found = answerers.majority.tally({ labels, demos: [chosen('place')], pool });
    expect(found).toEqual({ shares: [1 / 3, 2 / 3], answer: 1 });
    expect(answerers.majority.tally({ labels, demos: [], pool: [] })).toBeNull();
  });
});

describe('channel', () => {
  const template = { instruction: 'Sort.', inputNames: ['Text'], labelName: 'Topic' };
  const context = (changes: Partial<AskContext> = {}): AskContext => ({
    template,
    query: { text: 'The Seine froze.' },
    words: verbalizer(labels),
    score: 'sum',
    ...changes,
  });
  const demos = [{ example: example('p1', 'Guido speaks.', 'tech'), word: 'technology' }];

  it('turns each demo round and scores the text of the query after every label word', () => {
    const requests = answerers.channel.requests(context(), demos);
    const before = 'Sort.\n\nTopic: technology\nText: Guido speaks.\n\nTopic: ';
    expect(requests).toEqual(
      ['place', 'technology', 'tech'].map((word) => ({
        prompt: `${before}${word}\nText:`,
        continuations: [' The Seine froze.'],
      })),
    );
  });

  it('shows the prompt of the answer, whose text is prompt and continuation', () => {
    const shown = promptText(answerers.channel.segments(context(), demos, 0));
    const [first] = answerers.channel.requests(context(), demos);
    expect(shown).toBe(`${first?.prompt}${first?.continuations[0]}`);
  });

  it('scores both texts of a pair', () => {
    const pair = { ...template, inputNames: ['Premise', 'Hypothesis'] };
    const [request] = answerers.channel.requests(
      context({ template: pair, query: { text: 'It rains.', text2: 'It is wet.' } }),
      [],
    );
    expect(request).toEqual({
      prompt: 'Sort.\n\nTopic: place\nPremise:',
      continuations: [' It rains.\nHypothesis: It is wet.'],
    });
  });

  it('each demo alone asks what the channel asks with one demo, and adds the answers up', async () => {
    const two = [...demos, { example: example('p2', 'Paris sleeps.', 'place'), word: 'place' }];
    const { channel, 'channel-ensemble': ensemble } = answerers;
    const own = context({ words: verbalizer(labels.map((label) => ({ ...label, words: label.words.slice(0, 1) }))) });
    const model = fakeModel();
    const logprobs = async (answerer: typeof channel | typeof ensemble, given: typeof two) =>
      answerer.logprobs(own, (await model.score(answerer.requests(own, given))).results);
    expect(ensemble.requests(own, two)).toEqual(two.flatMap((demo) => channel.requests(own, [demo])));
    const [first, second] = [await logprobs(channel, two.slice(0, 1)), await logprobs(channel, two.slice(1))];
    const sums = first.map((x, i) => x + (second[i] as number));
    for (const order of [two, two.toReversed()]) {
      (await logprobs(ensemble, order)).forEach((x, i) => {
        expect(x).toBeCloseTo(sums[i] as number, 12);
      });
    }
    expect(await logprobs(ensemble, two.slice(0, 1))).toEqual(first);
    expect(await logprobs(ensemble, [])).toEqual(await logprobs(channel, []));
    expect(ensemble.segments(own, two, 0)).toEqual(channel.segments(own, two.slice(1), 0));
  });

  it('takes the mean probability over the words of a label, and gives one answer by sum, mean and byte', async () => {
    const logprobs: Record<string, number> = { place: -6, technology: -8, tech: -4 };
    const model = fakeModel({ logprob: (prompt) => logprobs[/Topic: (\w+)\nText:$/u.exec(prompt)?.[1] ?? ''] ?? 0 });
    const rows = await Promise.all(
      (['sum', 'mean', 'bytes'] as const).map(async (score) => {
        const own = context({ score });
        const { results } = await model.score(answerers.channel.requests(own, demos));
        return answerers.channel.logprobs(own, results);
      }),
    );
    expect(rows[0]?.[0]).toBeCloseTo(-6, 12);
    expect(rows[0]?.[1]).toBeCloseTo(Math.log((Math.exp(-8) + Math.exp(-4)) / 2), 12);
    expect(rows[1]?.[0]).toBeCloseTo(-6 / 3, 12);
    expect(rows[2]?.[0]).toBeCloseTo(-6 / 16, 12);
    for (const [place, tech] of rows as [number, number][]) expect(tech).toBeGreaterThan(place);
  });
});
