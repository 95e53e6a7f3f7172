/** How long the knowledge base takes to open and to link 1 MB of text in Node. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { datasetCatalog, loadDataset } from '../src/core/data/bundled.ts';
import { fullText } from '../src/core/data/example.ts';
import { compiledSchema, openKnowledge } from '../src/core/knowledge/load.ts';
import { loadWordNet } from '../src/core/knowledge/wordnet/load.ts';
import { keep, paired, spread, text as spreadText } from './lib/measure.ts';

const SIZE = 1_000_000;
const ROUNDS = 9;

const read = (name: string) => new Uint8Array(readFileSync(new URL(`../public/${name}`, import.meta.url)));
const assets = { read: async (name: string) => read(name) };

/** The texts of the bundled sets in another order, over and over. */
async function megabyte(): Promise<string> {
  const sets = await Promise.all(datasetCatalog.map(({ id }) => loadDataset(assets, id)));
  const texts = sets.flatMap((set) => [...set.demoPool, ...set.evalSet].map(fullText));
  let text = '';
  for (let i = 0; text.length < SIZE; i++) text += `${texts[(i * 7919) % texts.length]}\n`;
  return text.slice(0, SIZE);
}

const text = await megabyte();
const source = new TextDecoder().decode(read('knowledge/knowledge.json'));
const vectors = read('knowledge/vectors.bin');
const parse = () => v.parse(compiledSchema, JSON.parse(source));
const compiled = parse();
const open = () => openKnowledge(compiled, vectors, source);
const knowledge = open();
knowledge.link('Paris');

/** A text of its own each time, so that none is remembered. */
let round = 0;
const raw = await paired(
  {
    parse,
    open,
    firstText: () => open().link('Paris'),
    wordNet: async () => (await loadWordNet(assets, knowledge)).link('poodle'),
    megabyte: () => knowledge.link(`${round++} ${text}`),
  },
  ROUNDS,
);
const milliseconds = (values: readonly number[]) => spread(values.map((s) => 1000 * s));
const link = milliseconds(raw.megabyte);
keep({
  id: 'linker',
  title: '1 MB of text linked to entities, in Node',
  goal: 'at most 200 ms',
  figure: spreadText(link, 0, ' ms'),
  met: link.median <= 200,
  notes: [
    `${knowledge.link(text).length} mentions, ${knowledge.entities.size} entities.`,
    `knowledge.json read and checked: ${spreadText(milliseconds(raw.parse), 0, ' ms')}; opened: ${spreadText(milliseconds(raw.open), 0, ' ms')}; with the linker, which is made at the first text: ${spreadText(milliseconds(raw.firstText), 0, ' ms')}.`,
    `WordNet read, put around it and its linker made: ${spreadText(milliseconds(raw.wordNet), 0, ' ms')}.`,
  ],
  raw,
});
