import { parseArgs } from 'node:util';
import { loadDataset } from '../../core/data/bundled.ts';
import { usageError } from '../../core/errors.ts';
import { encodeLink } from '../../core/link/link.ts';
import { budgetOf } from '../../core/run/budget.ts';
import { factorsOf } from '../../core/run/grid.ts';
import { LIMITS } from '../../core/run/spec.ts';
import { parseArm } from '../arm.ts';
import { embedderId } from '../embedder.ts';
import { modelOption, modelOptions } from '../engine-option.ts';
import { runPayload } from '../experiment.ts';
import { wholeNumber } from '../numbers.ts';
import { say } from '../output.ts';
import { checkedPayload } from '../payload.ts';
import { assets, DEFAULT_MODEL } from '../resources.ts';

const options = {
  data: { type: 'string' },
  factor: { type: 'string', multiple: true },
  set: { type: 'string' },
  seed: { type: 'string' },
  trials: { type: 'string' },
  limit: { type: 'string' },
  ...modelOptions,
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const;

interface Level {
  readonly name: string;
  readonly text: string;
}

/** `select=random|ker,alpha=0.3`: the levels of a factor, each as the text of an arm. */
function parseFactor(text: string): Level[] {
  const at = text.indexOf('=');
  const levels = text.slice(at + 1).split('|');
  if (at < 1 || levels.length < 2 || levels.some((level) => level.trim() === '')) {
    throw usageError(`--factor "${text}": write key=level|level, for example "select=random|ker-query".`);
  }
  return levels.map((level) => ({ name: level.trim(), text: `${text.slice(0, at)}=${level.trim()}` }));
}

/** Arms of every combination of levels, and what `--set` gives all of them. */
function armsOf(factors: readonly (readonly Level[])[], common: string | undefined): Record<string, unknown>[] {
  const combined = factors.reduce<Level[][]>(
    (all, levels) => all.flatMap((own) => levels.map((l) => [...own, l])),
    [[]],
  );
  if (combined.length > LIMITS.arms) {
    throw usageError(`This grid has ${combined.length} arms, and a run has at most ${LIMITS.arms}. Leave out levels.`);
  }
  return combined.map((levels, i) => ({
    ...parseArm([...levels.map(({ text }) => text), ...(common === undefined ? [] : [common])].join(','), i),
    name: levels
      .map(({ name }) => name)
      .join(' × ')
      .slice(0, 80),
  }));
}

/** `knowshot grid`: factors by levels on a bundled set; says what it costs before it starts. */
export async function grid(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  if (values.data === undefined || values.factor === undefined || values.factor.length < 2) {
    throw usageError(
      'knowshot grid needs --data and at least two --factor, for example --data topic --factor "select=random|ker-query" --factor "calibrate=none|kpc".',
    );
  }
  const numbers = Object.entries({ seed: values.seed, trials: values.trials, limit: values.limit }).flatMap(
    ([name, text]) => {
      const value = wholeNumber(`--${name}`, text);
      return value === undefined ? [] : [[name, value] as const];
    },
  );
  const { choice, place } = modelOption(values, DEFAULT_MODEL);
  const payload = checkedPayload(
    {
      spec: {
        version: 1,
        data: { id: values.data },
        model: choice,
        ...(place.embedder === undefined ? {} : { embedder: { id: embedderId(place.embedder) } }),
        arms: armsOf(values.factor.map(parseFactor), values.set),
        ...Object.fromEntries(numbers),
      },
    },
    'knowshot grid',
  );
  const { spec } = payload;
  if (factorsOf(spec.arms)?.length !== values.factor.length) {
    throw usageError('Two levels of a factor are the same, or two factors change the same part of an arm.');
  }
  const budget = budgetOf(spec, await loadDataset(assets, spec.data.id));
  const total = (figure: 'prompts' | 'texts' | 'tokens') =>
    budget.reduce((sum, arm) => sum + arm[figure], 0).toLocaleString('en');
  say(
    `${spec.arms.length} arms: about ${total('prompts')} prompts to score, ${total('texts')} texts to write, ${total('tokens')} tokens to compute`,
  );
  if (!values['dry-run']) return runPayload(payload, { json: values.json, out: values.out, place });
  const link = encodeLink(payload);
  console.log(
    values.json ? JSON.stringify({ knowshot: 1, spec, budget }, null, 2) : link.ok ? link.hash : link.problem,
  );
}
