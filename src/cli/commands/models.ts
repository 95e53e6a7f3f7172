import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { usageError } from '../../core/errors.ts';
import { textTable } from '../output.ts';
import { embeddedModels, loadModel, publicDir } from '../resources.ts';

/** `knowshot models`: what is here. `knowshot models check ID`: loads one and shows its self-test. */
export async function models(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [verb, id] = positionals;
  if (verb === undefined) return list();
  if (verb !== 'check' || id === undefined) throw usageError('knowshot models, or knowshot models check ID.');
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

function list(): void {
  const rows = embeddedModels().map((id) => {
    const manifest = JSON.parse(readFileSync(join(publicDir, 'models', id, 'manifest.json'), 'utf8'));
    return [id, String(manifest.revision), String(manifest.title)];
  });
  console.log(textTable([['id', 'revision', 'title'], ...rows]));
}
