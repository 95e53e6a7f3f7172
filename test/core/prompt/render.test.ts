import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Template } from '../../../src/core/data/example.ts';
import { type PromptParts, promptText, renderSegments } from '../../../src/core/prompt/render.ts';
import { example } from '../../support/small-world.ts';

const template: Template = { instruction: 'Sort them.', inputNames: ['Review'], labelName: 'Label' };
const pair: Template = { instruction: '', inputNames: ['Premise', 'Hypothesis'], labelName: 'Answer' };
const demo = (text: string, word: string, id = text) => ({ example: example(id, text, word), word });

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        '{t}',
        '{h}',
        'Label: good',
        'Label:',
        'Review: x',
        '\n',
        '\n\n',
        '\r\n',
        '\u2028',
        'Answer:',
        '$&',
        '%s',
        ' ',
        '"',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);
const parts: fc.Arbitrary<PromptParts> = fc.record(
  {
    template: fc.constant(template),
    demos: fc.array(
      nasty.map((text) => demo(text, 'good')),
      { maxLength: 4 },
    ),
    query: nasty.map((text) => ({ text })),
    thought: nasty.filter((text) => text.trim() !== '' || text === ''),
  },
  { requiredKeys: ['template', 'demos', 'query'] },
);

const render = (p: PromptParts): string => promptText(renderSegments(p));

describe('few-shot prompt', () => {
  it('is instruction, demonstrations and query, a blank line between, without a trailing space', () => {
    expect(
      render({ template, demos: [demo('Fine film.', 'good'), demo('Dull.', 'bad')], query: { text: 'Lovely.' } }),
    ).toBe('Sort them.\n\nReview: Fine film.\nLabel: good\n\nReview: Dull.\nLabel: bad\n\nReview: Lovely.\nLabel:');
  });

  it('puts both texts of a pair on lines of their own', () => {
    expect(render({ template: pair, demos: [], query: { text: 'It rains.', text2: 'It is wet.' } })).toBe(
      'Premise: It rains.\nHypothesis: It is wet.\nAnswer:',
    );
  });

  it('puts the thought before the label line of the query only', () => {
    expect(
      render({ template, demos: [demo('A', 'good')], query: { text: 'B' }, thought: 'As far as I know, yes' }),
    ).toBe('Sort them.\n\nReview: A\nLabel: good\n\nReview: B\nAs far as I know, yes\nLabel:');
  });

  it('leaves no empty line for a thought of white space', () => {
    expect(render({ template, demos: [], query: { text: 'B' }, thought: ' \n' })).toBe(
      'Sort them.\n\nReview: B\nLabel:',
    );
  });

  it('lists options with letters where letters are asked for, and not otherwise', () => {
    const asked = {
      template: { ...template, instruction: '' },
      demos: [],
      query: { text: 'Where?', options: ['in Rome', 'in\nParis'] },
    };
    const listing = { ...asked, template: { ...asked.template, options: 'letters' as const } };
    expect(render(listing)).toBe('Review: Where?\nA. in Rome\nB. in Paris\nLabel:');
    expect(render(asked)).toBe('Review: Where?\nLabel:');
    expect(render({ ...listing, query: { text: 'N/A', options: ['', ''] } })).toBe('Review: N/A\nA.\nB.\nLabel:');
  });

  it('leaves a text bare where its name is empty', () => {
    const bare = { ...template, instruction: '', inputNames: [''] };
    expect(render({ template: bare, demos: [], query: { text: 'Lovely.' } })).toBe('Lovely.\nLabel:');
  });

  it('ends an empty text after its name, without a space', () => {
    expect(render({ template, demos: [], query: { text: ' \n ' } })).toBe('Sort them.\n\nReview:\nLabel:');
  });

  it('keeps slots of any template inside a text as they are', () => {
    const text = 'costs {t} and {h}, $& or %s';
    expect(render({ template, demos: [demo(text, 'good')], query: { text } }).split(text)).toHaveLength(3);
  });

  it('cannot be given another demonstration, label line or slot by a text', () => {
    fc.assert(
      fc.property(parts, (p) => {
        const prompt = render(p);
        const lines = prompt.split(/\r\n|[\n\r\u2028\u2029]/u);
        const count = (start: string): number => lines.filter((line) => line.startsWith(start)).length;
        const thought = (p.thought ?? '').trim();
        const own = /^Label:/u.test(thought) ? 1 : 0;
        expect(count('Label:')).toBe(p.demos.length + 1 + own);
        expect(prompt.split('\n\n')).toHaveLength(p.demos.length + 2);
        expect(prompt.split('\n')).toHaveLength(2 + 3 * p.demos.length + 2 + (thought === '' ? 0 : 1));
      }),
      { numRuns: 300 },
    );
  });

  it('never ends in a space, nor has one at the end of a line or two in a row', () => {
    fc.assert(
      fc.property(parts, (p) => {
        expect(render(p)).not.toMatch(/\s$| \n| {2}/u);
      }),
      { numRuns: 300 },
    );
  });

  it('is its segments joined, each demonstration marked by its id', () => {
    fc.assert(
      fc.property(parts, (p) => {
        const segments = renderSegments(p);
        expect(segments.map((s) => s.text).join('')).toBe(promptText(segments));
        const marked = segments.filter((s) => s.demoId !== undefined);
        expect(marked.map((s) => s.demoId)).toEqual(p.demos.flatMap((d) => [d.example.id, d.example.id]));
        expect(marked.map((s) => s.role)).toEqual(p.demos.flatMap(() => ['demo', 'demo-label']));
        expect(segments.at(-1)).toEqual({ role: 'cue', text: 'Label:' });
        for (const s of segments) expect(s.text).not.toBe('');
      }),
    );
  });
});
