import { describe, expect, it } from 'vitest';
import { parseUntrained, reworded, type Untrained } from '../../../src/core/knowledge/untrained.ts';
import { runFactProbe } from '../../../src/core/probe/fact-probe.ts';
import { commonestTailRanks, factQuestions, tailRanks } from '../../../src/core/probe/facts.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { entity, knowledgeOf } from '../../support/small-world.ts';

const numbers = Array.from({ length: 24 }, (_, i) => i);
const land = (i: number) => `land-${i}`;
const town = (i: number) => `town-${i}`;
const seat = (i: number, j: number) => ({ head: land(i), relation: 'seat', tail: town(j) });

/** 24 lands and towns; the seat of lands 0 to 5 is town 0, of others the town of their number; land 1 has two. */
const knowledge = knowledgeOf(
  [
    ...numbers.map((i) => entity(land(i), `Land ${i}`, [], '', 'country')),
    ...numbers.map((i) => entity(town(i), `Town ${i}`, [], '', 'city')),
  ],
  {},
  [{ id: 'seat', statement: 'The seat of {h} is {t}', question: 'Where is the seat of {h}?', functional: false }],
  [...numbers.slice(0, 20).map((i) => seat(i, i < 6 ? 0 : i)), seat(1, 9)],
);

const untrained: Untrained = {
  triples: [seat(20, 0), seat(21, 21)],
  wordings: new Map([['seat', '{h} is governed from {t}']]),
};

/** Knows the seats of the base, but only in the wording of the base. */
const reciter = () =>
  fakeModel({
    logprob: (prompt, continuation) => {
      const head = /^The seat of Land (\d+) is$/u.exec(prompt)?.[1];
      const known = knowledge.triples.some(
        (t) => t.head === `land-${head}` && ` Town ${t.tail.slice(5)}.` === continuation,
      );
      return known ? -1 : -2 - Number(/\d+/u.exec(continuation)?.[0]) / 100;
    },
  });

describe('questions about facts', () => {
  it('put the true tail among 19 others of its type, none of them another true tail', () => {
    const questions = factQuestions(knowledge, knowledge.triples);
    expect(questions).toHaveLength(21);
    for (const { triple, candidates } of questions) {
      expect(candidates[0]).toBe(triple.tail);
      expect(new Set(candidates).size).toBe(20);
      expect(candidates.every((id) => id.startsWith('town-'))).toBe(true);
    }
    expect(
      questions.find(({ triple }) => triple.head === land(1) && triple.tail === town(0))?.candidates,
    ).not.toContain(town(9));
  });

  it('leave out true tails that only other sources know', () => {
    const alsoTrue = [2, 3, 4, 5].map((j) => seat(20, j));
    const [question] = factQuestions(knowledge, [seat(20, 0)], { alsoTrue });
    expect(question?.candidates.filter((id) => alsoTrue.some(({ tail }) => tail === id))).toEqual([]);
  });

  it('are not asked where too few entities are of the type', () => {
    const alsoTrue = [2, 3, 4, 5, 6].map((j) => seat(20, j));
    expect(factQuestions(knowledge, [seat(20, 0)], { alsoTrue })).toEqual([]);
  });
});

describe('ranks of true tails', () => {
  it('count the candidates that are at least as likely', async () => {
    const questions = factQuestions(knowledge, knowledge.triples.slice(6, 10));
    const level = fakeModel({ logprob: () => -1 });
    expect((await tailRanks(level, knowledge, questions)).ranks).toEqual([19, 19, 19, 19]);
    expect((await tailRanks(reciter(), knowledge, questions)).ranks).toEqual([0, 0, 0, 0]);
  });

  it('ask with the wording that is given', async () => {
    const model = fakeModel();
    await tailRanks(model, reworded(knowledge, untrained.wordings), factQuestions(knowledge, [seat(7, 7)]));
    expect(model.scoredPrompts).toEqual(['Land 7 is governed from']);
  });

  it('by the commonest tail do not count the asked triple itself', () => {
    const once = factQuestions(knowledge, [seat(7, 7)]);
    const [{ candidates }] = once as [(typeof once)[number]];
    const withCommonest = [{ triple: seat(7, 7), candidates: [town(7), town(0), ...candidates.slice(2)] }];
    expect(commonestTailRanks(knowledge, withCommonest)[0]).toBeGreaterThan(0);
    expect(commonestTailRanks(knowledge, factQuestions(knowledge, [seat(20, 0)]))).toEqual([0]);
    const unseen = factQuestions(knowledge, [seat(20, 21)]);
    const seen = unseen[0]?.candidates.filter((id) => knowledge.triples.some(({ tail }) => tail === id)).length ?? 0;
    expect(commonestTailRanks(knowledge, unseen)[0]).toBeGreaterThanOrEqual(seen);
  });
});

describe('the fact probe', () => {
  const probe = (limit: number, readers = ['a', 'b']) => {
    const said: [number, number, number][] = [];
    const disposed: string[] = [];
    const result = runFactProbe({
      knowledge,
      untrained,
      limit,
      readers: readers.map((id) => ({
        id,
        open: async () => ({ ...reciter(), dispose: () => void disposed.push(id) }),
      })),
      signal: new AbortController().signal,
      onProgress: (figures, done, total) => said.push([figures.length, done, total]),
    });
    return { result, said, disposed };
  };

  it('tells reciting from knowing: figures for trained and untrained facts in both wordings, and without a model', async () => {
    const { result, said, disposed } = probe(10);
    const figures = await result;
    const at = (set: string, reader: string | null, wording: string | null) =>
      figures.find((f) => f.set === set && f.reader === reader && f.wording === wording);
    expect(figures).toHaveLength(2 * (1 + 2 * 2));
    for (const reader of ['a', 'b']) {
      expect(at('trained', reader, 'trained')).toMatchObject({ right: 2, n: 2 });
      expect(at('trained', reader, 'other')?.n).toBe(2);
      expect(at('untrained', reader, 'trained')?.n).toBe(2);
      expect(at('untrained', reader, 'other')?.right).toBe(at('untrained', reader, 'trained')?.right);
    }
    expect(at('untrained', null, null)).toMatchObject({ right: 1, n: 2 });
    expect(at('trained', 'a', 'trained')?.interval).toEqual({ low: expect.closeTo(0.3424, 3), high: 1 });
    expect(said.at(-1)).toEqual([10, 16, 16]);
    expect(disposed).toEqual(['a', 'b']);
  });

  it('asks no more facts than wanted, and disposes of a model that fails', async () => {
    const { result } = probe(1, ['a']);
    expect((await result).map(({ n }) => n)).toEqual(Array(6).fill(1));
    let disposed = 0;
    const failing = {
      ...fakeModel({
        onScore: () => {
          throw new Error('lost');
        },
      }),
      dispose: () => void disposed++,
    };
    await expect(
      runFactProbe({
        knowledge,
        untrained,
        limit: 1,
        readers: [{ id: 'x', open: async () => failing }],
        signal: new AbortController().signal,
        onProgress: () => {},
      }),
    ).rejects.toThrow('lost');
    expect(disposed).toBe(1);
  });
});

describe('the files of untrained facts', () => {
  const wordings = 'relation\tstatement\nseat\t{h} is governed from {t}\n';

  it('are read without their comments', () => {
    const triples = '# what it is for\nhead\trelation\ttail\nland-20\tseat\ttown-0\n';
    expect(parseUntrained({ triples, wordings }).triples).toEqual([seat(20, 0)]);
  });

  it.each([
    ['head\ttail\n', wordings, 'the header must be head, relation, tail'],
    ['head\trelation\ttail\nland-20\tseat\n', wordings, 'line 2: 2 fields, not 3'],
    ['head\trelation\ttail\n', 'relation\tstatement\nseat\t{t} governs {h}\n', 'must have {h} and end with {t}'],
  ])('are refused where they are damaged: %j', (triples, own, message) => {
    expect(() => parseUntrained({ triples, wordings: own })).toThrow(message);
  });
});
