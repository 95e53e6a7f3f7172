import { parseArgs } from 'node:util';
import { datasetCatalog, loadDataset } from '../../core/data/bundled.ts';
import { BOUNDS, lintDataset } from '../../core/data/lint.ts';
import { dataError, usageError } from '../../core/errors.ts';
import { loadKnowledge } from '../../core/knowledge/load.ts';
import { percent, say } from '../output.ts';
import { assets } from '../resources.ts';

/** `knowshot data check NAME`: the linter and the datasheet of a bundled set. Findings make it fail. */
export async function data(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [verb, name] = positionals;
  const names = datasetCatalog.map((entry) => entry.id).join(', ');
  if (verb !== 'check' || name === undefined) throw usageError(`knowshot data check NAME, with one of ${names}.`);
  const { findings, sheet } = lintDataset(await loadDataset(assets, name), await loadKnowledge(assets));
  if (values.json) console.log(JSON.stringify({ knowshot: 1, set: name, sheet, findings }, null, 2));
  else {
    const { accuracy, interval } = sheet.baseline;
    console.log(
      [
        `${name}: ${sheet.pool} pool, ${sheet.eval} evaluation`,
        `labels: ${Object.entries(sheet.labels)
          .map(([id, n]) => `${id} ${n}`)
          .join(', ')}`,
        `words: ${sheet.words.min} to ${sheet.words.max}, median ${sheet.words.median}`,
        `items that name a known entity: ${percent(sheet.coverage)}`,
        `bag of words: ${percent(accuracy)} (${percent(interval.low)} to ${percent(interval.high)}), at most ${percent(BOUNDS.baseline)}`,
      ].join('\n'),
    );
  }
  for (const { rule, text } of findings) say(`${rule}: ${text}`);
  if (findings.length > 0) throw dataError(`${name} breaks ${findings.length} rules.`);
}
