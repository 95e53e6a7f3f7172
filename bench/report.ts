/** Writes bench/README.md from the kept results. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './lib/measure.ts';

type Kept = BenchResult & { date: string; machine: { cpu: string; cores: number; node: string } };

const folder = fileURLToPath(new URL('results/', import.meta.url));
const order = (id: string) => id.replace(/\d+/u, (n) => n.padStart(3, '0'));
const results = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as Kept)
  .sort((a, b) => order(a.id).localeCompare(order(b.id)));
const verdict = (met: boolean | null) => (met === null ? '' : met ? 'yes' : 'no');
const lines = [
  '# Benchmarks',
  '',
  'Each row is one command, `npx tsx bench/NAME.ts`; jobs that are compared run in turn in one process, five rounds or more.',
  'A figure is the median, with the smallest and the largest run in brackets. Raw results: `results/`. This page:',
  '`npx tsx bench/report.ts`. Why the embedded model runs on kernels of its own: [executors.md](executors.md).',
  '`webgpu-real.ts` needs a graphics card with a Vulkan driver, and Dawn for Node: `npm pack webgpu`, unpack it, then',
  '`KNOWSHOT_DAWN=FOLDER/package npx tsx bench/webgpu-real.ts`.',
  '',
  '| # | measure | goal | measured | met | machine, date |',
  '|---|---|---|---|---|---|',
  ...results.map(
    (r) =>
      `| ${r.id.toUpperCase()} | ${r.title} | ${r.goal} | ${r.figure} | ${verdict(r.met)} | ${r.machine.cpu}, ${r.machine.cores} cores, Node ${r.machine.node.slice(1)}, ${r.date} |`,
  ),
  '',
  ...results.flatMap((r) =>
    r.notes.length === 0 ? [] : [`## ${r.id.toUpperCase()}: ${r.title}`, '', ...r.notes.map((note) => `- ${note}`), ''],
  ),
];
writeFileSync(fileURLToPath(new URL('README.md', import.meta.url)), `${lines.join('\n').trimEnd()}\n`);
