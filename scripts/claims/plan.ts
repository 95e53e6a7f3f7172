import { parseArm } from '../../src/cli/arm.ts';
import { datasetCatalog } from '../../src/core/data/bundled.ts';
import { type Arm, type ModelChoice, parseSpec, type RunSpec } from '../../src/core/run/spec.ts';

/** The embedded model and its twin, which saw the same rows but for the knowledge tasks. */
export const MINI: ModelChoice = { engine: 'embedded', id: 'knowshot-mini' };
export const PLAIN: ModelChoice = { engine: 'embedded', id: 'knowshot-mini-plain' };

export const SEED = 1;

/** What is asked of a set in one go. Numbers were fixed before any result was looked at, by what 20 minutes can hold. */
export interface RunPlan {
  readonly id: string;
  readonly title: string;
  readonly kind: 'arms' | 'probes' | 'facts';
  /** Queries of each set, from its start; triples of the fact probe. */
  readonly limit: number;
  readonly trials: number;
  /** As the terminal's `--arm` has them, by id. For probes the one arm whose demos are broken. */
  readonly arms: Readonly<Record<string, string>>;
  /** Ids of the arms that the twin answers. */
  readonly plain?: readonly string[];
  /** Ids of the probes; they stand for arms in the record. */
  readonly probes?: readonly string[];
}

export const runs: readonly RunPlan[] = [
  {
    id: 'demos',
    title: 'Choice of demos, calibration, and the twin',
    kind: 'arms',
    limit: 100,
    trials: 3,
    arms: {
      random: 'select=random,k=8',
      'random-cc': 'select=random,k=8,calibrate=cc',
      'random-kpc': 'select=random,k=8,calibrate=kpc',
      ker: 'select=ker,k=8',
      'ker-kpc': 'select=ker,k=8,calibrate=kpc',
      topk: 'select=topk,k=8',
      'ker-query': 'select=ker-query,k=8',
      'random-plain': 'select=random,k=8',
    },
    plain: ['random-plain'],
  },
  {
    id: 'rumination',
    title: 'Rumination and its controls',
    kind: 'arms',
    limit: 80,
    trials: 1,
    arms: {
      none: 'select=random,k=4',
      'one-call': 'select=random,k=4,ruminate=one-call',
      'two-call': 'select=random,k=4,ruminate=background',
      filler: 'select=random,k=4,ruminate=filler',
      shuffled: 'select=random,k=4,ruminate=shuffled',
      'same-budget': 'select=random,k=4,ruminate=same-budget',
      facts: 'select=random,k=4,ruminate=facts',
      'latent-rows': 'select=random,k=4,ruminate=latent-rows',
    },
  },
  {
    id: 'broken',
    title: 'Broken demos',
    kind: 'probes',
    limit: 80,
    trials: 3,
    arms: { random: 'select=random,k=8' },
    probes: ['intact', 'no-entities', 'shuffled-entities', 'shuffled-words', 'random-labels'],
  },
  { id: 'facts', title: 'Facts of the knowledge base', kind: 'facts', limit: 1000, trials: 1, arms: {} },
];

/** Arms of a run as its record names them. */
export const armIds = ({ kind, arms, probes }: RunPlan): readonly string[] =>
  kind === 'facts' ? ['mini', 'plain'] : kind === 'probes' ? (probes ?? []) : Object.keys(arms);

export const FACTS = 'facts';
export const PUBLIC = ['sst2', 'trec', 'agnews'] as const;
export const BUNDLED: readonly string[] = datasetCatalog.map(({ id }) => id);

/** Sets that a run is asked of: the fact probe asks the knowledge base alone. */
export const bundledSets = ({ kind }: RunPlan): readonly string[] => (kind === 'facts' ? [FACTS] : BUNDLED);
export const publicSets = ({ kind }: RunPlan): readonly string[] => (kind === 'facts' ? [] : PUBLIC);

/** The spec of a run on a set, as the terminal would make it. */
export function specOf(plan: RunPlan, dataId: string): RunSpec {
  const arms = Object.entries(plan.arms).map(([id, text], i) => ({
    ...parseArm(text, i),
    id,
    ...(plan.plain?.includes(id) ? { model: PLAIN } : {}),
  }));
  const { limit, trials } = plan;
  const parsed = parseSpec({ version: 1, data: { id: dataId }, model: MINI, arms, limit, trials, seed: SEED });
  if (!parsed.ok) throw new Error(`run "${plan.id}": ${parsed.problem}`);
  return parsed.spec;
}

/** The only arm of a run of probes. */
export const probedArm = ({ arms }: RunSpec): Arm => arms[0] as Arm;
