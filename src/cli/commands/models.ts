import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataError, usageError } from '../../core/errors.ts';
import { examineServer } from '../../engines/openai/index.ts';
import { textTable } from '../output.ts';
import { apiKey, embeddedModels, interruptSignal, loadModel, publicDir } from '../resources.ts';

/** `knowshot models`: what is here. `knowshot models check ID`: loads one and shows its self-test, or examines a server. */
export async function models(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { model: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [verb, id] = positionals;
  if (verb === undefined) return list();
  if (verb !== 'check' || id === undefined)
    throw usageError('knowshot models, knowshot models check ID, or knowshot models check openai:URL [--model ID].');
  if (id.startsWith('openai:')) return examine(id.slice('openai:'.length), values.model, values.json);
  const model = await loadModel({ engine: 'embedded', id });
  console.log(
    textTable([
      ['check', 'passed', 'largest difference', 'tolerance'],
      ...model.selfTest.map((t) => [
        t.name,
        t.passed ? 'yes' : 'no',
        t.maxDifference.toExponential(1),
        String(t.tolerance),
      ]),
    ]),
  );
  model.dispose();
}

const MARKS = { ok: 'ok', warning: 'warning', failed: 'FAILED', skipped: '-' } as const;

/** The endpoint doctor. A server that cannot be scored fails the command. */
async function examine(url: string, model: string | undefined, json: boolean): Promise<void> {
  const report = await examineServer({ url, model, apiKey: apiKey(), signal: interruptSignal() });
  if (json) console.log(JSON.stringify({ knowshot: 1, ...report }, null, 2));
  else {
    for (const { title, status, found, fix } of report.checks) {
      console.log(`${MARKS[status].padEnd(8)} ${title}: ${found}`);
      if (fix !== undefined) console.log(`${' '.repeat(9)}To change it: ${fix}`);
    }
  }
  if (!report.canScore) throw dataError('This server cannot be used for scoring.');
}

function list(): void {
  const rows = embeddedModels().map((id) => {
    const manifest = JSON.parse(readFileSync(join(publicDir, 'models', id, 'manifest.json'), 'utf8'));
    return [id, String(manifest.revision), String(manifest.title)];
  });
  console.log(textTable([['id', 'revision', 'title'], ...rows]));
}
