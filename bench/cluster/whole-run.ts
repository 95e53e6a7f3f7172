/**
 * 100,000 cells in the terminal against the stand-in server, killed in the middle, taken up again, run to the end:
 * `npx tsx bench/cluster/whole-run.ts [QUERIES] [TRIALS]`, two arms. Memory is read from /proc, so this runs on Linux.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const [queries = 10_000, trials = 5] = process.argv.slice(2).map(Number);
const ARMS = ['select=random,k=4', 'select=bm25,k=4,calibrate=cc'];
const PORT = 8077;
const url = `http://127.0.0.1:${PORT}`;
const cells = ARMS.length * trials * queries;
const folder = await mkdtemp(join(tmpdir(), 'knowshot-whole-'));
const out = join(folder, 'out');
const journal = join(out, 'journal.jsonl');
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function row(kind: string, i: number): string {
  const words = Array.from({ length: 24 }, (_, k) => `word${((i + 1) * (31 + 2 * k) + k * k * 17) % 5003}`);
  return JSON.stringify({ review: `${kind} ${i}: ${words.join(' ')}`, stars: i % 2 });
}

const rows = (kind: string, count: number) => Array.from({ length: count }, (_, i) => row(kind, i)).join('\n');
await writeFile(join(folder, 'pool.jsonl'), rows('pool', 1000));
await writeFile(join(folder, 'eval.jsonl'), rows('query', queries));

const node = (script: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', beside(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
const server = node('stand-in.ts', ['--port', String(PORT), '--delay', '5']);
await once(server.stdout as NodeJS.ReadableStream, 'data');
const stats = async () =>
  (await (await fetch(`${url}/stats`)).json()) as { answered: number; most: number; scored: number; repeated: number };

/** A figure of /proc/PID/status in MB; `null` once the process has ended. */
function memory(pid: number, name: 'VmHWM' | 'VmRSS'): number | null {
  try {
    return Number(new RegExp(`${name}:\\s+(\\d+)`, 'u').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return null;
  }
}

const size = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;

/** Starts the command and watches it until it ends, or kills it where `stop` says so. */
async function run(stop: () => boolean) {
  const child = node('../../src/cli/bin.js', [
    ...['eval', '--pool', join(folder, 'pool.jsonl'), '--eval', join(folder, 'eval.jsonl'), '--text', 'review'],
    ...['--label', 'stars', '--labels', '0=negative,1=positive', ...ARMS.flatMap((arm) => ['--arm', arm])],
    ...['--trials', String(trials), '--engine', `openai:${url}/v1`, '--concurrency', '64', '--out', out, '--json'],
  ]);
  child.stdout?.resume();
  const pid = child.pid as number;
  const start = performance.now();
  const grown = await size(journal);
  const resident: [seconds: number, megabytes: number][] = [];
  let peak = 0;
  let first: number | null = null;
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const watch = setInterval(async () => {
    const seconds = (performance.now() - start) / 1000;
    peak = Math.max(peak, memory(pid, 'VmHWM') ?? 0);
    const now = memory(pid, 'VmRSS');
    if (now !== null && seconds > resident.length * 20) resident.push([Math.round(seconds), Math.round(now)]);
    if (first === null && (await size(journal)) > grown) first = seconds;
    if (stop()) child.kill('SIGKILL');
  }, 500);
  const [code, signal] = await ended;
  clearInterval(watch);
  return {
    seconds: (performance.now() - start) / 1000,
    toFirstNew: first,
    peak: Math.round(peak),
    resident,
    code,
    signal,
  };
}

/** Whole lines of the journal, and the distinct keys among them. */
async function keptCells() {
  const keys = new Set<string>();
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(journal) })) {
    try {
      keys.add(JSON.parse(line).key);
      lines++;
    } catch {
      // The line that the kill cut.
    }
  }
  return { lines, distinct: keys.size, bytes: await size(journal) };
}

const print = (name: string, value: unknown) => console.log(name, JSON.stringify(value));
/** About 5 KB a cell are written; the kill comes once half of them are. */
let half = false;
const probe = setInterval(async () => {
  const { scored } = await stats().catch(() => ({ scored: 0 }));
  half = scored > cells;
}, 1000);
print('first', await run(() => half));
clearInterval(probe);
const before = await stats();
print('server', before);
print('journal', await keptCells());
print('second', await run(() => false));
const after = await stats();
print('server', { ...after, repeatedAfterKill: after.repeated - before.repeated });
print('journal', await keptCells());
const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
print('result', {
  cells,
  reusedCells: summary.reusedCells,
  arms: summary.arms.map(({ arm, n, unscored }: Record<string, unknown>) => ({ arm, n, unscored })),
});
server.kill();
await rm(folder, { recursive: true });
