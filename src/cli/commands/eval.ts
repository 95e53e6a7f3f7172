import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLabels, labelsOf, mapColumns, parseLabels } from '../../core/data/columns.ts';
import { OWN } from '../../core/data/own.ts';
import { usageError } from '../../core/errors.ts';
import { parseArm } from '../arm.ts';
import { runPayload } from '../experiment.ts';
import { readTable } from '../files.ts';
import { wholeNumber } from '../numbers.ts';
import { checkedPayload } from '../payload.ts';
import { DEFAULT_MODEL } from '../resources.ts';

const options = {
  pool: { type: 'string' },
  eval: { type: 'string' },
  text: { type: 'string' },
  text2: { type: 'string' },
  label: { type: 'string' },
  labels: { type: 'string' },
  instruction: { type: 'string', default: '' },
  'input-name': { type: 'string' },
  'input-name2': { type: 'string' },
  'label-name': { type: 'string', default: 'Label' },
  arm: { type: 'string', multiple: true },
  seed: { type: 'string' },
  trials: { type: 'string' },
  limit: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const;

/** `knowshot eval`: arms on files of one's own. */
export async function evaluate(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const need = (name: 'pool' | 'eval' | 'text' | 'label'): string => {
    const value = values[name];
    if (value === undefined) throw usageError(`knowshot eval needs --${name}. "knowshot --help" shows the whole call.`);
    return value;
  };
  const columns = {
    text: need('text'),
    label: need('label'),
    ...(values.text2 === undefined ? {} : { text2: values.text2 }),
  };
  if (values.arm === undefined)
    throw usageError('knowshot eval needs at least one --arm, for example --arm "select=random,k=8".');
  const [poolTable, evalTable] = [await readTable(need('pool')), await readTable(need('eval'))];
  const pool = mapColumns(poolTable, columns);
  const rows = mapColumns(evalTable, columns);
  const labels = labelsOf(pool, values.labels === undefined ? undefined : parseLabels(values.labels));
  checkLabels(poolTable, pool, labels);
  checkLabels(evalTable, rows, labels);
  const payload = checkedPayload(
    {
      spec: {
        version: 1,
        data: { id: OWN },
        model: { ...DEFAULT_MODEL, ...(values.model === undefined ? {} : { id: values.model }) },
        arms: values.arm.map(parseArm),
        ...numbers({ seed: values.seed, trials: values.trials, limit: values.limit }),
      },
      rows: {
        title: basename(values.eval ?? ''),
        labels,
        template: {
          instruction: values.instruction,
          inputNames: inputNames(values['input-name'], values['input-name2'], columns.text2),
          labelName: values['label-name'],
        },
        pool,
        eval: rows,
      },
    },
    'knowshot eval',
  );
  await runPayload(payload, { json: values.json, out: values.out });
}

/** One name for each text: `Text`, or for pairs the columns' own names. */
function inputNames(first: string | undefined, second: string | undefined, text2: string | undefined): string[] {
  const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
  if (text2 === undefined) return [first ?? 'Text'];
  return [first ?? 'Text 1', second ?? capital(text2)];
}

function numbers(texts: Record<string, string | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const value = wholeNumber(`--${name}`, text);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
