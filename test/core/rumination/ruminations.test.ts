import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../../src/core/options.ts';
import { CUE } from '../../../src/core/rumination/cues.ts';
import { factsAbout } from '../../../src/core/rumination/facts.ts';
import { ruminations } from '../../../src/core/rumination/registry.ts';
import { goldenKnowledge } from '../../support/small-world.ts';
import { contextOf, finished, perWord, reviewOf, stepOf } from './context.ts';

const writing = defaultsOf(ruminations.background.fields);
const context = contextOf();

describe('background rumination', () => {
  it('asks for one line after the query and the cue, with the seed of the query', async () => {
    const { requests } = stepOf(await ruminations.background.plan(context, writing));
    expect(requests).toEqual([
      {
        prompt: `${context.lines}\n${CUE}`,
        maxTokens: writing.tokens,
        temperature: writing.temperature,
        topP: 0.9,
        stop: ['\n'],
        seed: 7,
      },
    ]);
  });

  it('puts what was written after the cue and keeps it as it came', async () => {
    const review = await finished(ruminations.background.plan(context, writing), ' it was Monet. ');
    expect(review.pieces).toEqual([
      { cue: CUE, text: `${CUE} it was Monet.`, generated: ' it was Monet. ', tokens: 8 },
    ]);
    expect(review.asks).toEqual([{ pieces: [0], order: 0 }]);
    expect(review.combine).toBe('single');
  });

  it('leaves no space at the end where nothing was written', async () => {
    const review = await finished(ruminations.background.plan(context, writing), '  ');
    expect(review.pieces[0]?.text).toBe(CUE);
  });
});

describe('the other cues', () => {
  it('ask about each linked name once, in the order of the text, up to a number', async () => {
    const cues = async (names: number, text: string) => {
      const plan = ruminations.mention.plan(contextOf({ query: { text } }), { ...writing, names });
      return stepOf(await plan).requests.map(({ prompt }) => prompt.split('\n').at(-1));
    };
    const text = 'The Louvre is in Paris, and Paris knows Guido.';
    expect(await cues(3, text)).toEqual(['About Louvre, I know', 'About Paris, I know', 'About Guido, I know']);
    expect(await cues(1, text)).toEqual(['About Louvre, I know']);
    expect(await cues(3, 'It rains.')).toEqual([]);
  });

  it('put all lines about the names into one prompt, and answer at once where there is no name', async () => {
    const review = await finished(ruminations.mention.plan(context, { ...writing, names: 3 }), ' it is old.');
    expect(review.pieces.map(({ text }) => text)).toEqual([
      'About Louvre, I know it is old.',
      'About Paris, I know it is old.',
      'About Guido, I know it is old.',
    ]);
    expect(review.asks).toEqual([{ pieces: [0, 1, 2], order: 0 }]);
    const bare = contextOf({ query: { text: 'It rains.' } });
    const none = await finished(ruminations.mention.plan(bare, { ...writing, names: 3 }));
    expect(none).toEqual({ pieces: [], asks: [{ pieces: [], order: 0 }], combine: 'single' });
  });

  it('name the task', async () => {
    const review = await finished(ruminations.task.plan(context, writing), ' it is about politics.');
    expect(review.pieces[0]?.text).toBe('About news topic, as far as I know, it is about politics.');
  });
});

describe('a cue for each option', () => {
  const question = (text: string) => contextOf({ query: { text, options: ['a museum', 'a bank'] } });
  const cues = async (text: string) =>
    stepOf(await ruminations.option.plan(question(text), writing)).requests.map(({ prompt }) =>
      prompt.split('\n').at(-1),
    );

  it('names the first linked name of the question, where there is one, and the option', async () => {
    expect(await cues('What is the Louvre in Paris?')).toEqual([
      'About Louvre and a museum, I know',
      'About Louvre and a bank, I know',
    ]);
    expect(await cues('Where is art?')).toEqual(['About a museum, I know', 'About a bank, I know']);
  });

  it('has each option scored after the line about it', async () => {
    const { asks, combine } = await finished(ruminations.option.plan(question('Where is art?'), writing));
    expect(asks).toEqual([
      { pieces: [0], order: 0 },
      { pieces: [1], order: 0 },
    ]);
    expect(combine).toBe('own');
    await expect(ruminations.option.plan(context, writing)).rejects.toThrow(/have none/u);
  });
});

describe('several cues', () => {
  const options = defaultsOf(ruminations.several.fields);
  const plan = (changes: Partial<typeof options>) => ruminations.several.plan(context, { ...options, ...changes });

  it('write after each cue, as often as asked, and first what the single forms write', async () => {
    const { requests } = stepOf(await plan({ samples: 2 }));
    expect(requests).toHaveLength(2 * (1 + 3 + 1));
    for (const single of ['background', 'mention', 'task'] as const) {
      const own = stepOf(await ruminations[single].plan(context, { ...writing, names: 3 })).requests;
      for (const request of own) expect(requests).toContainEqual(request);
    }
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(requests.length);
  });

  it.each([
    ['concat', [{ pieces: [0, 1], order: 0 }]],
    [
      'mixture',
      [
        { pieces: [0], order: 0 },
        { pieces: [1], order: 0 },
      ],
    ],
    [
      'product',
      [
        { pieces: [0], order: 0 },
        { pieces: [1], order: 0 },
      ],
    ],
    [
      'best',
      [
        { pieces: [], order: 0 },
        { pieces: [0], order: 0 },
        { pieces: [1], order: 0 },
      ],
    ],
  ] as const)('come together by %s', async (aggregate, asks) => {
    const review = await finished(plan({ aggregate, mention: false }));
    expect(review.asks).toEqual(asks);
    expect(review.combine).toBe(aggregate === 'concat' ? 'single' : aggregate);
  });

  it('are refused without a cue', async () => {
    await expect(plan({ background: false, mention: false, task: false })).rejects.toThrow(/no cue/u);
  });

  it('answer at once where only names are asked about and there is none', async () => {
    const bare = contextOf({ query: { text: 'It rains.' } });
    const alone = { ...options, background: false, task: false, aggregate: 'best' as const };
    expect((await finished(ruminations.several.plan(bare, alone))).asks).toEqual([{ pieces: [], order: 0 }]);
  });
});

describe('one call', () => {
  const options = defaultsOf(ruminations['one-call'].fields);

  it('has knowledge about the demos written first, then goes on from the whole prompt and the cue', async () => {
    const first = stepOf(await ruminations['one-call'].plan(context, options));
    expect(first.requests.map(({ prompt, seed }) => [prompt, seed])).toEqual([
      [`Sentence: Python was the idea of Guido.\n${CUE}`, 11],
      [`Sentence: It rains.\n${CUE}`, 12],
    ]);
    const second = stepOf(await first.next([' Guido made it.', ' rain is wet.']));
    expect(second.requests.map(({ prompt }) => prompt)).toEqual([
      `Demo\n${CUE} Guido made it.\n${CUE} rain is wet.\nQuery\n${CUE}`,
    ]);
    const review = reviewOf(await second.next([' it is a museum.']));
    expect(review.pieces[0]?.text).toBe(`${CUE} it is a museum.`);
    expect([...(review.demoThoughts ?? [])]).toEqual([
      ['p1', `${CUE} Guido made it.`],
      ['p2', `${CUE} rain is wet.`],
    ]);
  });

  it('can show facts in the demos instead; those without one show none', async () => {
    const review = await finished(ruminations['one-call'].plan(context, { ...options, shown: 'facts' }));
    expect([...(review.demoThoughts ?? [])]).toEqual([['p1', `${CUE} Python was made by Guido van Rossum.`]]);
  });

  it('says so when there is no room', async () => {
    const full = contextOf({ fewShot: async () => null });
    expect(await ruminations['one-call'].plan(full, { ...options, shown: 'facts' })).toBe('too-long');
  });
});

describe('filler of the same length', () => {
  it('makes the same request, so that its length is that of the rumination beside it', async () => {
    const own = stepOf(await ruminations.filler.plan(context, writing)).requests;
    expect(own).toEqual(stepOf(await ruminations.background.plan(context, writing)).requests);
  });

  it.each([1, 2, 3, 5])('is as long as the rumination within one word of %i tokens', async (tokensPerWord) => {
    const count = perWord(tokensPerWord);
    const counting = contextOf({ count });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('one', 'two', 'three'), { maxLength: 30 }), async (words) => {
        const written = words.join(' ');
        const [thought] = (await finished(ruminations.background.plan(counting, writing), written)).pieces;
        const [filled] = (await finished(ruminations.filler.plan(counting, writing), written)).pieces;
        const difference = (filled?.tokens ?? Number.NaN) - (thought?.tokens ?? Number.NaN);
        expect(Math.abs(difference)).toBeLessThan(tokensPerWord);
        expect(await count(filled?.text ?? '')).toBe(filled?.tokens);
      }),
      { numRuns: 30 },
    );
  });

  it('says nothing of what was written', async () => {
    const [filled] = (await finished(ruminations.filler.plan(context, writing), 'the painter was Monet')).pieces;
    expect(filled?.text).not.toMatch(/painter|Monet/u);
    expect(filled?.generated).toBe('the painter was Monet');
  });
});

describe('shuffled rumination', () => {
  it('is what the background form writes about another text', async () => {
    const { requests } = stepOf(await ruminations.shuffled.plan(context, writing));
    expect(requests[0]).toMatchObject({ prompt: `Sentence: Elsewhere.\n${CUE}`, seed: 99 });
    const [piece] = (await finished(ruminations.shuffled.plan(context, writing), ' it is far.')).pieces;
    expect(piece?.text).toBe(`${CUE} it is far.`);
  });
});

describe('facts of the knowledge base', () => {
  const knowledge = goldenKnowledge();

  it('are those that join two names of the query first, then those about one of them', () => {
    const names = (text: string, options?: string[]) =>
      factsAbout(knowledge, { text, ...(options === undefined ? {} : { options }) }).map(
        ({ head, tail }) => `${head} ${tail}`,
      );
    expect(names('The Louvre is in Paris, says Guido.')[0]).toBe('louvre paris');
    expect(names('What is the capital of France?', ['Paris', 'Guido'])[0]).toBe('france paris');
    expect(names('Guido likes snakes.')).toEqual(['python guido']);
    expect(names('It rains.')).toEqual([]);
  });

  it('stand as whole sentences within the tokens asked for, and ask the model for nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), async (tokens) => {
        const outcome = await ruminations.facts.plan(context, { tokens });
        const [piece] = reviewOf(outcome).pieces;
        if (piece === undefined) {
          expect(tokens).toBeLessThan(8);
          return;
        }
        const sentences = piece.text.slice(CUE.length + 1);
        expect(await context.count(sentences)).toBeLessThanOrEqual(tokens);
        expect(sentences).toMatch(/^(?:[^.]+\.(?: |$))+$/u);
        expect(piece.generated).toBeNull();
      }),
    );
    const [piece] = reviewOf(await ruminations.facts.plan(context, { tokens: 100 })).pieces;
    expect(piece?.text).toContain('The Louvre stands in Paris.');
  });
});

describe('the same tokens, asked again', () => {
  it('spends at least what recalling would, on other orders, and at most eight of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }), async (words, prompt) => {
        const text = Array.from({ length: words }, () => 'w').join(' ');
        const whole = Array.from({ length: prompt }, () => 'p').join(' ');
        const own = contextOf({ fewShot: async () => ({ whole, throughThought: '' }) });
        const { asks, pieces, combine } = await finished(ruminations['same-budget'].plan(own, writing), text);
        expect(pieces).toEqual([]);
        expect(combine).toBe('mixture');
        expect(asks.map(({ order }) => order)).toEqual(asks.map((_, i) => i));
        const request = stepOf(await ruminations.background.plan(own, writing)).requests[0]?.prompt ?? '';
        const spent = (await own.count(request)) + words + (await own.count(`${CUE} ${text}`));
        const extra = (asks.length - 1) * prompt;
        if (asks.length < 8) expect(extra).toBeGreaterThanOrEqual(spent);
        if (asks.length > 2) expect(extra - prompt).toBeLessThan(spent);
      }),
    );
  });
});

describe('no rumination', () => {
  it('answers at once', async () => {
    expect(await ruminations.none.plan(context, {})).toEqual({
      pieces: [],
      asks: [{ pieces: [], order: 0 }],
      combine: 'single',
    });
  });
});
