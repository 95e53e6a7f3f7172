import { parseArgs } from 'node:util';
import { datasetCatalog, loadDataset } from '../../core/data/bundled.ts';
import { BOUNDS, type Datasheet, lintDataset } from '../../core/data/lint.ts';
import type { Rate } from '../../core/data/lint-options.ts';
import { dataError, usageError } from '../../core/errors.ts';
import { loadKnowledge } from '../../core/knowledge/load.ts';
import type { Interval } from '../../core/run/summary.ts';
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
  else console.log(sheetLines(name, sheet).join('\n'));
  for (const { rule, text } of findings) say(`${rule}: ${text}`);
  if (findings.length > 0) throw dataError(`${name} breaks ${findings.length} rules.`);
}

const range = ({ low, high }: Interval) => `${percent(low)} to ${percent(high)}`;

function sheetLines(name: string, sheet: Datasheet): string[] {
  const { baseline, options } = sheet;
  const rate = ({ share, interval }: Rate) => `${percent(share)} (${range(interval)})`;
  return [
    `${name}: ${sheet.pool} pool, ${sheet.eval} evaluation`,
    `${options === null ? 'labels' : 'places of the right option'}: ${Object.entries(sheet.labels)
      .map(([id, n]) => `${id} ${n}`)
      .join(', ')}`,
    `words: ${sheet.words.min} to ${sheet.words.max}, median ${sheet.words.median}`,
    `items that name a known entity: ${percent(sheet.coverage)}`,
    ...(baseline === null
      ? []
      : [
          `bag of words: ${percent(baseline.accuracy)} (${range(baseline.interval)}), at most ${percent(BOUNDS.baseline)}`,
        ]),
    ...(options === null
      ? []
      : [
          `rules that should be near chance, ${percent(options.chance)}: longest option ${rate(options.longest)}; shortest ${rate(options.shortest)}; words of the options ${rate(options.optionsOnly)}; most words of the question ${rate(options.mostShared)}, fewest ${rate(options.leastShared)}`,
        ]),
  ];
}
