import { assets } from '../../src/cli/resources.ts';
import { OWN } from '../../src/core/data/own.ts';
import { digestOf } from '../../src/core/hash.ts';
import { loadKnowledge } from '../../src/core/knowledge/load.ts';
import type { LanguageModel, TokenUsage } from '../../src/core/model/language-model.ts';
import { modelsOf } from '../../src/core/run/models.ts';
import { tailRanks } from '../eval-model/knowledge.ts';
import { answer, type Models } from './answer.ts';
import { FACTS, MINI, PLAIN, PUBLIC, type RunPlan, SEED, specOf } from './plan.ts';
import { type ClaimRecord, codedAnswers, identityOf } from './record.ts';
import type { materials } from './sets.ts';

/** A run on a set, ready to be made. */
export interface Job {
  readonly plan: RunPlan;
  readonly set: string;
  /** Digest of all that can change an answer. */
  readonly key: string;
  readonly make: () => Promise<ClaimRecord>;
}

interface Made {
  readonly usage: TokenUsage;
  readonly answers: ClaimRecord['answers'];
}

/** @param rest all that the answers depend on beside the models. */
function jobOf(
  { plan, set, title }: Pick<Job, 'plan' | 'set'> & { readonly title: string },
  asked: readonly LanguageModel[],
  rest: Pick<ClaimRecord, 'spec' | 'data' | 'knowledge'>,
  answers: () => Promise<Made>,
): Job {
  const base = { ...rest, models: asked.map(({ identity }) => identityOf(identity)) };
  const key = digestOf(base);
  return {
    plan,
    set,
    key,
    async make() {
      const started = Date.now();
      const made = await answers();
      const { usage } = made;
      const seconds = Math.round((Date.now() - started) / 1000);
      return {
        ...{ version: 1, run: plan.id, set, title, key },
        ...base,
        backends: [...new Set(asked.map(({ identity }) => identity.backend))],
        ...{ tokens: { asked: usage.asked, computed: usage.computed }, seconds, answers: made.answers },
      };
    },
  };
}

export async function setJob(
  plan: RunPlan,
  set: string,
  sets: ReturnType<typeof materials>,
  models: Models,
): Promise<Job> {
  const material = await sets(set);
  const { dataset, knowledge } = material;
  const spec = specOf(plan, (PUBLIC as readonly string[]).includes(set) ? OWN : set);
  const labels = dataset.labels.map(({ id }) => id);
  const asked = await Promise.all(modelsOf(spec).map(({ id }) => models(id)));
  const rest = {
    spec: { ...spec, ...(plan.probes === undefined ? {} : { probes: plan.probes }) },
    data: {
      digest: dataset.digest,
      queries: Math.min(plan.limit, dataset.evalSet.length),
      poolSize: dataset.demoPool.length,
      labels: labels.length,
    },
    knowledge: knowledge.digest,
  };
  return jobOf({ plan, set, title: dataset.title }, asked, rest, async () => {
    const { cells, usage } = await answer(plan, spec, material, models);
    return { usage, answers: codedAnswers(cells, labels) };
  });
}

/** Whether the true tail is ranked first of 20, for the model and its twin. */
export async function factJob(plan: RunPlan, models: Models): Promise<Job> {
  const knowledge = await loadKnowledge(assets);
  const pair = { mini: await models(MINI.id), plain: await models(PLAIN.id) };
  const rest = {
    spec: { probe: 'true tail first of 20', triples: plan.limit, seed: SEED },
    data: { digest: knowledge.digest, queries: plan.limit, poolSize: 0, labels: 20 },
    knowledge: knowledge.digest,
  };
  return jobOf({ plan, set: FACTS, title: plan.title }, Object.values(pair), rest, async () => {
    const answers: Record<string, string[]> = {};
    const total = { asked: 0, computed: 0 };
    for (const [name, model] of Object.entries(pair)) {
      const { ranks, usage } = await tailRanks(model, knowledge, plan.limit);
      answers[name] = [ranks.map((rank) => rank.toString(36)).join('')];
      total.asked += usage.asked;
      total.computed += usage.computed;
    }
    return { usage: total, answers };
  });
}
