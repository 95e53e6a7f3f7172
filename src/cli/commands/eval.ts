import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLabels, labelsOf, letterLabels, mapColumns, parseLabels } from '../../core/data/columns.ts';
import { OWN } from '../../core/data/own.ts';
import { usageError } from '../../core/errors.ts';
import { parseArm } from '../arm.ts';
import { modelOption, modelOptions } from '../engine-option.ts';
import { runPayload } from '../experiment.ts';
import { readTable } from '../files.ts';
import { wholeNumber } from '../numbers.ts';
import { checkedPayload } from '../payload.ts';
import { primaryOf } from '../primary.ts';
import { DEFAULT_MODEL } from '../resources.ts';

const options = {
  pool: { type: 'string' },
  eval: { type: 'string' },
  text: { type: 'string' },
  text2: { type: 'string' },
  label: { type: 'string' },
  options: { type: 'string' },
  letters: { type: 'boolean', default: false },
  labels: { type: 'string' },
  instruction: { type: 'string', default: '' },
  'input-name': { type: 'string' },
  'input-name2': { type: 'string' },
  'label-name': { type: 'string' },
  arm: { type: 'string', multiple: true },
  primary: { type: 'string' },
  seed: { type: 'string' },
  trials: { type: 'string' },
  limit: { type: 'string' },
  ...modelOptions,
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
    ...(values.options === undefined ? {} : { options: values.options.split(',').map((name) => name.trim()) }),
  };
  if (values.letters && columns.options === undefined)
    throw usageError('--letters lists options, so it needs --options COL,COL,...');
  if (values.labels !== undefined && columns.options !== undefined)
    throw usageError('--labels names words of fixed labels; with --options each question brings its own. Give one.');
  if (values.arm === undefined)
    throw usageError('knowshot eval needs at least one --arm, for example --arm "select=random,k=8".');
  const arms = values.arm.map(parseArm);
  const primary = values.primary === undefined ? {} : { primary: primaryOf(values.primary, arms) };
  const [poolTable, evalTable] = [await readTable(need('pool')), await readTable(need('eval'))];
  const pool = mapColumns(poolTable, columns);
  const rows = mapColumns(evalTable, columns);
  const labels =
    columns.options === undefined
      ? labelsOf(pool, values.labels === undefined ? undefined : parseLabels(values.labels))
      : letterLabels(pool, rows);
  checkLabels(poolTable, pool, labels);
  checkLabels(evalTable, rows, labels);
  const { choice, place } = modelOption(values, DEFAULT_MODEL);
  const payload = checkedPayload(
    {
      spec: {
        version: 1,
        data: { id: OWN },
        model: choice,
        arms,
        ...primary,
        ...numbers({ seed: values.seed, trials: values.trials, limit: values.limit }),
      },
      rows: {
        title: basename(values.eval ?? ''),
        labels,
        template: {
          instruction: values.instruction,
          inputNames: inputNames(
            values['input-name'] ??
              (columns.options !== undefined && columns.text2 === undefined ? 'Question' : undefined),
            values['input-name2'],
            columns.text2,
          ),
          labelName: values['label-name'] ?? (columns.options === undefined ? 'Label' : 'Answer'),
          ...(values.letters ? { options: 'letters' } : {}),
        },
        pool,
        eval: rows,
      },
    },
    'knowshot eval',
  );
  await runPayload(payload, { json: values.json, out: values.out, place });
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
