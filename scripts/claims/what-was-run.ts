import { table } from './markdown.ts';
import { armIds, type RunPlan, runs } from './plan.ts';
import type { ClaimRecord } from './record.ts';

const count = (n: number): string => n.toLocaleString('en');

function armLines({ kind, arms, probes = [] }: RunPlan): string {
  if (kind === 'facts')
    return 'Each statement of a fact is completed by its true tail and by 19 other entities of the same type; right is the true tail first. Both models were asked about facts that only the first was trained on';
  const own = Object.entries(arms).map(([id, text]) => `\`${id}\`: \`${text}\``);
  if (kind === 'probes') return `${own.join('; ')}, with its demonstrations broken: ${probes.join(', ')}`;
  return own.join('; ');
}

function runLines(plan: RunPlan, records: readonly ClaimRecord[]): string[] {
  const own = records.filter(({ run }) => run === plan.id);
  const queries = own.map(({ data }) => data.queries);
  const each = [...new Set([Math.min(...queries), Math.max(...queries)])].join(' to ');
  const tokens = own.reduce((sum, record) => sum + record.tokens.computed, 0);
  const seconds = own.reduce((sum, record) => sum + record.seconds, 0);
  const twin = (plan.plain ?? []).map((id) => `\`${id}\``).join(', ');
  if (own.length === 0) return [];
  return [
    `- **${plan.title}** (\`${plan.id}\`): ${armIds(plan).length} arms, ${plan.trials} ${plan.trials === 1 ? 'trial' : 'trials'}, ${each} queries a set, ${own.length} ${own.length === 1 ? 'set' : 'sets'}; ${count(tokens)} tokens computed in ${count(seconds)} s. ${armLines(plan)}.${twin === '' ? '' : ` The twin answers ${twin}.`}`,
  ];
}

/** Models, runs and arms; all that a reader needs to run the same again. */
export const whatWasRun = (records: readonly ClaimRecord[], models: ClaimRecord['models']): string[] => [
  '## What was run',
  '',
  ...table(
    ['model', 'revision', 'precision', 'SHA-256 of the weights'],
    models.map(({ id, revision, precision, files }) => [
      id,
      revision,
      precision,
      `\`${files.find(({ name }) => name.endsWith('.safetensors'))?.sha256 ?? ''}\``,
    ]),
  ),
  '',
  `Run on ${[...new Set(records.flatMap(({ backends }) => backends))].sort().join('; ')}. The second was trained on the same rows in the same order but for the knowledge tasks. Arms are written as \`--arm\` of the terminal has them; k is the number of demonstrations. The public sets are development files whose rows no training has seen, with demonstrations from their training files, which it has; they are no part of this repository.`,
  '',
  ...runs.flatMap((plan) => runLines(plan, records)),
  '',
];
