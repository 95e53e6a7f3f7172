/** P7: peak memory of a process that scores a full context: whole process, and what the engine itself holds. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keep, spread, text } from './lib/measure.ts';

const child = (mode: string): number =>
  Number(
    execFileSync(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('lib/peak.ts', import.meta.url)), mode], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
const rounds = [1, 2, 3, 4, 5].map(() => ({ empty: child('empty'), full: child('full') }));
const used = spread(rounds.map(({ empty, full }) => full - empty));
keep({
  id: 'p7',
  title: 'Memory at peak, 8 MB model, 2k context',
  goal: 'at most 150 MB',
  figure: `${text(used, 0)} MB above an empty process of ${spread(rounds.map((r) => r.empty)).median.toFixed(0)} MB`,
  met: used.median <= 150,
  notes: [
    'Largest resident size of the process while 4 prompts of 2,000 tokens are scored, minus that of one that only imports.',
  ],
  raw: rounds,
});
