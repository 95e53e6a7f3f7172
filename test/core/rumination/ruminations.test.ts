import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../../src/core/options.ts';
import { CUE } from '../../../src/core/rumination/background.ts';
import { ruminations } from '../../../src/core/rumination/registry.ts';

const context = { queryLines: 'Question: Who painted it?', seed: 7 };
const options = defaultsOf(ruminations.background.fields);
const perWord =
  (tokens: number) =>
  async (text: string): Promise<number> =>
    tokens * text.split(/\s+/u).filter((w) => w !== '').length;

const background = ruminations.background.plan(context, options);
const filler = ruminations.filler.plan(context, options);

describe('background rumination', () => {
  it('asks for one line after the query and the cue, with the seed of the query', () => {
    expect(background?.request).toEqual({
      prompt: `Question: Who painted it?\n${CUE}`,
      maxTokens: options.tokens,
      temperature: options.temperature,
      topP: 0.9,
      stop: ['\n'],
      seed: 7,
    });
  });

  it('puts what was written after the cue and keeps it as it came', async () => {
    const thought = await background?.compose(' it was Monet. ', perWord(1));
    expect(thought).toEqual({ text: `${CUE} it was Monet.`, generated: ' it was Monet. ', tokens: 8 });
  });

  it('leaves no space at the end where nothing was written', async () => {
    const thought = await background?.compose('  ', perWord(1));
    expect(thought?.text).toBe(CUE);
  });
});

describe('filler of the same length', () => {
  it('makes the same request, so that its length is that of the rumination beside it', () => {
    expect(filler?.request).toEqual(background?.request);
  });

  it.each([1, 2, 3, 5])('is as long as the rumination within one word of %i tokens', async (tokensPerWord) => {
    const count = perWord(tokensPerWord);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('one', 'two', 'three'), { maxLength: 30 }), async (written) => {
        const thought = await background?.compose(written.join(' '), count);
        const filled = await filler?.compose(written.join(' '), count);
        const difference = (filled?.tokens ?? Number.NaN) - (thought?.tokens ?? Number.NaN);
        expect(Math.abs(difference)).toBeLessThan(tokensPerWord);
        expect(await count(filled?.text ?? '')).toBe(filled?.tokens);
      }),
      { numRuns: 30 },
    );
  });

  it('says nothing of what was written', async () => {
    const filled = await filler?.compose('the painter was Monet', perWord(1));
    expect(filled?.text).not.toMatch(/painter|Monet/u);
    expect(filled?.generated).toBe('the painter was Monet');
  });
});

describe('no rumination', () => {
  it('has no plan', () => {
    expect(ruminations.none.plan(context, {})).toBeNull();
  });
});
