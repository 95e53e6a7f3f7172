import * as v from 'valibot';

/** Text to token ids and back. */
export interface Tokens {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
}

const absent = v.optional(v.null(), null);
const off = v.optional(v.literal(false), false);
const never = v.literal(false);

const normal = v.looseObject({ type: v.picklist(['NFC', 'Lowercase']) });
const splitter = v.looseObject({
  type: v.literal('Split'),
  pattern: v.strictObject({ Regex: v.string() }),
  behavior: v.literal('Isolated'),
  invert: never,
});
const byteLevel = v.looseObject({ type: v.literal('ByteLevel'), add_prefix_space: never, use_regex: never });

/** A `tokenizer.json` that this file reads: byte-level BPE after one pattern, as the embedded models have it. */
const BytePairFile = v.looseObject({
  truncation: absent,
  padding: absent,
  normalizer: v.nullable(v.looseObject({ type: v.literal('Sequence'), normalizers: v.array(normal) })),
  pre_tokenizer: v.looseObject({ type: v.literal('Sequence'), pretokenizers: v.tuple([splitter, byteLevel]) }),
  decoder: v.looseObject({ type: v.literal('ByteLevel') }),
  model: v.looseObject({
    type: v.literal('BPE'),
    // Long lists: their entries are checked where they are read.
    vocab: v.custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null),
    merges: v.custom<readonly unknown[]>(Array.isArray),
    dropout: absent,
    unk_token: absent,
    continuing_subword_prefix: absent,
    end_of_word_suffix: absent,
    byte_fallback: off,
    ignore_merges: off,
  }),
  added_tokens: v.optional(
    v.array(
      v.looseObject({
        id: v.number(),
        content: v.pipe(v.string(), v.nonEmpty()),
        single_word: never,
        lstrip: never,
        rstrip: never,
        normalized: never,
      }),
    ),
    [],
  ),
});

/** Words whose tokens are kept. */
const KEPT = 20_000;

/** @returns `null` where the file asks for more than byte-level BPE, or lacks the token of a byte or of a merge. */
export function bytePairs(tokenizerJson: unknown): Tokens | null {
  const parsed = v.safeParse(BytePairFile, tokenizerJson);
  if (!parsed.success) return null;
  const { normalizer, pre_tokenizer, model, added_tokens } = parsed.output;
  const words = new RegExp(pre_tokenizer.pretokenizers[0].pattern.Regex, 'gu');
  const vocabulary = vocabularyOf(model.vocab);
  if (vocabulary === null) return null;
  const bytes = byteTokens(vocabulary);
  const pairs = mergesOf(model.merges, vocabulary);
  if (bytes === null || pairs === null) return null;

  const special = new Map(added_tokens.map(({ content, id }) => [content, id]));
  const specialNames = new Map(added_tokens.map(({ content, id }) => [id, content]));
  const cuts =
    special.size === 0 ? null : new RegExp(`(${[...special.keys()].sort(longestFirst).map(literal).join('|')})`, 'u');
  const known = new Map<string, readonly number[]>();
  const encoder = new TextEncoder();
  const normalise = (text: string) =>
    (normalizer?.normalizers ?? []).reduce(
      (now, { type }) => (type === 'NFC' ? now.normalize('NFC') : now.toLowerCase()),
      text,
    );

  const wordTokens = (word: string): readonly number[] => {
    let ids = known.get(word);
    if (ids === undefined) {
      if (known.size >= KEPT) known.clear();
      ids = pairs.merge(Array.from(encoder.encode(word), (byte) => bytes.ids[byte] as number));
      known.set(word, ids);
    }
    return ids;
  };

  return {
    encode(text) {
      const ids: number[] = [];
      for (const part of cuts === null ? [text] : text.split(cuts)) {
        const id = special.get(part);
        if (id !== undefined) ids.push(id);
        else for (const word of piecesOf(normalise(part), words)) for (const token of wordTokens(word)) ids.push(token);
      }
      return ids;
    },
    decode(ids) {
      let text = '';
      let waiting: number[] = [];
      const flush = () => {
        text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(waiting));
        waiting = [];
      };
      for (const id of ids) {
        const name = specialNames.get(id);
        if (name === undefined) waiting.push(...(bytes.of(id) ?? []));
        else {
          flush();
          text += name;
        }
      }
      flush();
      return text;
    },
  };
}

const longestFirst = (a: string, b: string): number => b.length - a.length;
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

/** What the pattern finds, and what lies between. */
function piecesOf(text: string, pattern: RegExp): string[] {
  const pieces: string[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) pieces.push(text.slice(end, index));
    if (found !== '') pieces.push(found);
    end = index + found.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

function vocabularyOf(vocab: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> | null {
  const ids = new Map<string, number>();
  for (const [name, id] of Object.entries(vocab)) {
    if (typeof id !== 'number') return null;
    ids.set(name, id);
  }
  return ids;
}

/** The character that stands for each byte in a vocabulary: itself where it can be seen, else one from U+0100 on. */
function byteCharacters(): string[] {
  const seen = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(seen(byte) ? byte : next++));
}

function byteTokens(vocabulary: ReadonlyMap<string, number>) {
  const characters = byteCharacters();
  const ids = characters.map((character) => vocabulary.get(character));
  if (ids.includes(undefined)) return null;
  const byteOf = new Map(characters.map((character, byte) => [character, byte]));
  const names = new Map([...vocabulary].map(([name, id]) => [id, name]));
  return {
    ids: ids as number[],
    of: (id: number) =>
      Array.from(names.get(id) ?? '', (character) => byteOf.get(character)).filter((b) => b !== undefined),
  };
}

/**
 * Which two tokens become which, the first merges first.
 * @returns `null` where a merge takes a token that no merge before it has made.
 */
function mergesOf(merges: readonly unknown[], vocabulary: ReadonlyMap<string, number>) {
  let width = 0;
  for (const id of vocabulary.values()) width = Math.max(width, id + 1);
  const made = new Set(byteCharacters());
  const found = new Map<number, { readonly rank: number; readonly id: number }>();
  for (const [rank, merge] of merges.entries()) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    if (typeof left !== 'string' || typeof right !== 'string') return null;
    const a = vocabulary.get(left);
    const b = vocabulary.get(right);
    const id = vocabulary.get(left + right);
    if (a === undefined || b === undefined || id === undefined || !made.has(left) || !made.has(right)) return null;
    made.add(left + right);
    if (!found.has(a * width + b)) found.set(a * width + b, { rank, id });
  }
  const mergeOf = (left: number, right: number) => found.get(left * width + right);
  return {
    merge(tokens: readonly number[]): readonly number[] {
      let ids = tokens;
      for (;;) {
        let best: { rank: number; id: number } | undefined;
        for (let i = 0; i + 1 < ids.length; i++) {
          const pair = mergeOf(ids[i] as number, ids[i + 1] as number);
          if (pair !== undefined && (best === undefined || pair.rank < best.rank)) best = pair;
        }
        if (best === undefined) return ids;
        const merged: number[] = [];
        for (let i = 0; i < ids.length; i++) {
          const here = i + 1 < ids.length && mergeOf(ids[i] as number, ids[i + 1] as number) === best;
          merged.push(here ? best.id : (ids[i] as number));
          if (here) i++;
        }
        ids = merged;
      }
    },
  };
}
