import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { say } from '../../src/cli/output.ts';
import { KnowshotError, usageError } from '../../src/core/errors.ts';
import { readClaims } from './claims.ts';
import { claimsPage } from './page.ts';
import { readRecords } from './record.ts';
import { recordRuns } from './record-runs.ts';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

/**
 * `npm run claims`: records the runs that the claims rest on in `docs/claims`, then writes `docs/claims.md` from the records.
 * Records of the same specs, models, data and knowledge are kept, so that a stopped command goes on where it was; after a
 * change of the methods themselves delete the records that it concerns.
 * `--minutes N` begins no run after N minutes; `--limit N --folder DIR` tries the command on few queries, elsewhere;
 * `--only TEXT` makes only runs whose name, `run-set`, holds the text.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      folder: { type: 'string', default: DOCS },
      limit: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  });
  const number = (name: 'minutes' | 'limit'): number => {
    const value = Number(values[name] ?? Number.POSITIVE_INFINITY);
    if (!(value > 0)) throw usageError(`--${name} "${values[name]}": give a number above 0.`);
    return value;
  };
  if (values.limit !== undefined && values.folder === DOCS)
    throw usageError('--limit makes a page that is not what was planned: give it another --folder.');
  const folder = join(values.folder, 'claims');
  const all = await recordRuns({ folder, minutes: number('minutes'), limit: number('limit'), only: values.only });
  if (!all) process.exitCode = 1;
  const page = join(values.folder, 'claims.md');
  writeFileSync(page, claimsPage(readClaims(), readRecords(folder)));
  say(`written: ${page}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof KnowshotError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
