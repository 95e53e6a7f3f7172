import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import * as v from 'valibot';
import { datasetCatalog, loadDataset } from '../src/core/data/bundled.ts';
import { fullText } from '../src/core/data/example.ts';
import { compiledSchema, openKnowledge } from '../src/core/knowledge/load.ts';

/**
 * Time to open the knowledge base, to make the linker (at the first text), and to link 1 MB of text: `npx tsx bench/linker.ts`.
 * The text is that of the bundled sets, repeated with its sentences in another order until it has 1,000,000 characters.
 */
const RUNS = 9;
const SIZE = 1_000_000;

const read = (name: string) => new Uint8Array(readFileSync(new URL(`../public/${name}`, import.meta.url)));
const assets = { read: async (name: string) => read(name) };

async function megabyte(): Promise<string> {
  const sets = await Promise.all(datasetCatalog.map(({ id }) => loadDataset(assets, id).catch(() => undefined)));
  const texts = sets.flatMap((set) => (set === undefined ? [] : [...set.demoPool, ...set.evalSet].map(fullText)));
  let text = '';
  for (let i = 0; text.length < SIZE; i++) text += `${texts[(i * 7919) % texts.length]}\n`;
  return text.slice(0, SIZE);
}

function times(run: () => unknown): { median: number; best: number; worst: number } {
  const all = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return { median: all[RUNS >> 1] as number, best: all[0] as number, worst: all.at(-1) as number };
}

const text = await megabyte();
const source = new TextDecoder().decode(read('knowledge/knowledge.json'));
const vectors = read('knowledge/vectors.bin');
const parse = () => v.parse(compiledSchema, JSON.parse(source));
const compiled = parse();
const open = () => openKnowledge(compiled, vectors, source);
const first = () => open().link('Paris');
const knowledge = open();
/** A text of its own each time, so that none is remembered. */
let round = 0;
const link = () => knowledge.link(`${round++} ${text}`);

const row = (what: string, { median, best, worst }: ReturnType<typeof times>) =>
  `| ${what} | ${median.toFixed(0)} | ${best.toFixed(0)} | ${worst.toFixed(0)} |`;
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${platform()} ${arch()}, Node ${process.version}`);
console.log(`${text.length} characters, ${knowledge.link(text).length} mentions, ${RUNS} runs, ms`);
console.log('| what | median | best | worst |\n|---|---|---|---|');
console.log(row('read and check knowledge.json', times(parse)));
console.log(row('open it', times(open)));
console.log(row('open it and link the first text', times(first)));
console.log(row('link 1 MB of text', times(link)));
