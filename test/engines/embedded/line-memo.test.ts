import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineMemo } from '../../../src/engines/embedded/line-memo.ts';
import { tinyModel } from './tiny-model.ts';

const part = fc.constantFrom(
  'hello',
  ' world',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '.',
  "'",
  "'s",
  '7',
  'é',
  'Σ',
  '\u0301',
  '<s>',
  '🔥',
  '-',
  ' \n',
  'a\n',
  ':',
);
const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''));
const read = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

describe('line by line', () => {
  const folder = fileURLToPath(new URL('../../../public/models/knowshot-mini/', import.meta.url));
  const real = existsSync(`${folder}tokenizer.json`);
  const check = (tokenizer: Tokenizer) => {
    const whole = (value: string) => (value === '' ? [] : tokenizer.encode(value, { add_special_tokens: false }).ids);
    let encoded = 0;
    const memo = new LineMemo((line) => {
      encoded++;
      return whole(line);
    });
    fc.assert(
      fc.property(text, (value) => {
        expect(memo.encode(value)).toEqual(whole(value));
      }),
      { numRuns: 500 },
    );
    memo.encode('Review: new.\nSentiment: good\n\nReview: other.\nSentiment:');
    const before = encoded;
    memo.encode('Review: new.\nSentiment: good\n\nReview: other.\nSentiment: bad');
    return encoded - before;
  };

  test('gives the tokens of the whole text, and encodes only new lines', async () => {
    const { files } = await tinyModel();
    expect(check(new Tokenizer(read(files.get('tokenizer.json')), read(files.get('tokenizer_config.json'))))).toBe(1);
  });

  test.skipIf(!real)(`the same with the tokenizer of knowshot-mini${real ? '' : ' (it is not there)'}`, () => {
    const file = (name: string) => read(readFileSync(folder + name));
    expect(check(new Tokenizer(file('tokenizer.json'), file('tokenizer_config.json')))).toBe(1);
  });

  test('is not done where a token can reach over a newline', () => {
    // Merges a newline with a letter that follows it.
    const encode = (value: string) =>
      value.match(/\n[a-z]|[\s\S]/g)?.map((piece) => piece.charCodeAt(0) * 300 + piece.length) ?? [];
    const memo = new LineMemo(encode);
    expect(memo.encode('a\nb')).toEqual(encode('a\nb'));
  });
});
