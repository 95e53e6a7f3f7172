import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytePairs } from '../../../src/engines/embedded/byte-pairs.ts';

const read = (path: string) => readFileSync(new URL(`../../../public/${path}`, import.meta.url), 'utf8');
const file = JSON.parse(read('models/knowshot-mini/tokenizer.json'));
const library = new Tokenizer(file, JSON.parse(read('models/knowshot-mini/tokenizer_config.json')));
const own = bytePairs(file);
if (own === null) throw new Error('the tokenizer of the shipped model is not read');

const encoded = (text: string) => library.encode(text, { add_special_tokens: false }).ids;
const decoded = (ids: number[]) =>
  library.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });

describe('byte pairs', { timeout: 120_000 }, () => {
  it.each(['topic', 'science', 'sentiment', 'inference-three'])('are those of the library: %s', (set) => {
    const rows = read(`datasets/${set}/pool.jsonl`).trim().split('\n').slice(0, 60);
    for (const row of rows) {
      const { text } = JSON.parse(row) as { text: string };
      const prompt = `Text: ${text}\nTopic: sports\n\nText:  ${text.toUpperCase()}`;
      expect(own.encode(prompt)).toEqual(encoded(prompt));
      expect(own.decode(own.encode(prompt))).toBe(decoded(encoded(prompt)));
    }
  });

  it.each([
    '',
    ' ',
    '\n\n \n',
    "it's they'll I'D",
    'aaaaaaaaaaaaaaa',
    '1234 5,678.90',
    'Straße ΣΟΦΟΣ İstanbul e\u0301 \u212b',
    '東京は日本の首都です。',
    '👩‍👩‍👧 🇩🇪 \ud800',
    '<bos>Text<eos> <pad>x <bos',
    'tab\t\ttab \u00a0 \ufeff end ',
    '{"a":[1,2],"b":"c\\n"}',
  ])('are those of the library for odd text: %j', (text) => {
    expect(own.encode(text)).toEqual(encoded(text));
  });

  it('are those of the library for any text', () => {
    const point = fc.oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.integer({ min: 0, max: 0x2ff }));
    const text = fc.array(point, { maxLength: 40 }).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(text, (any) => {
        expect(own.encode(any)).toEqual(encoded(any));
      }),
    );
  });

  it('give the text of any tokens, parts of characters among them', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 11_999 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ids, (any) => {
        expect(own.decode(any)).toBe(decoded(any));
      }),
    );
  });

  it('are not found where a file asks for more, or lacks a part', () => {
    const { vocab, merges } = file.model;
    const { Ċ: _, ...short } = vocab;
    for (const other of [
      { ...file, model: { ...file.model, unk_token: '<unk>' } },
      { ...file, model: { ...file.model, byte_fallback: true } },
      { ...file, model: { ...file.model, type: 'WordPiece' } },
      { ...file, model: { ...file.model, vocab: short } },
      { ...file, model: { ...file.model, merges: [...merges].reverse() } },
      { ...file, normalizer: { type: 'Sequence', normalizers: [{ type: 'StripAccents' }] } },
      { ...file, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, use_regex: true } },
    ]) {
      expect(bytePairs(other)).toBeNull();
    }
  });
});
