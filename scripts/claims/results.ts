import { dataError } from '../../src/core/errors.ts';
import { type Claim, weightsOf } from './claims.ts';
import { type Effect, excess, pooled, type SetEffect, setEffects } from './effect.ts';
import { bundledSets, publicSets, type RunPlan, runs } from './plan.ts';
import type { ClaimRecord } from './record.ts';
import { type Judged, judged } from './verdict.ts';

/** A claim on the bundled sets, or on the public ones. */
export interface Side {
  /** `null` where a run is missing, or where the claim is about none of these sets. */
  readonly pooled: Judged | null;
  readonly sets: readonly { readonly title: string; readonly set: string; readonly effect: Effect }[];
}

export interface Result {
  readonly claim: Claim;
  readonly bundled: Side;
  readonly public: Side;
}

const planOf = (run: string): RunPlan => runs.find(({ id }) => id === run) as RunPlan;

/** Names of the runs on bundled sets that have no record. */
export const missingRuns = (records: readonly ClaimRecord[]): string[] =>
  runs.flatMap((plan) =>
    bundledSets(plan)
      .filter((set) => !records.some((record) => record.run === plan.id && record.set === set))
      .map((set) => `${plan.id} on ${set}`),
  );

/** The models of all records, each once; refuses records of two builds of one model. */
export function modelsOfRecords(records: readonly ClaimRecord[]): ClaimRecord['models'] {
  const models = new Map<string, ClaimRecord['models'][number]>();
  for (const model of records.flatMap((record) => record.models)) {
    const known = models.get(model.id) ?? model;
    if (JSON.stringify(known) !== JSON.stringify(model))
      throw dataError(`The records are of two builds of ${model.id}. Run "npm run claims" until none is missing.`);
    models.set(model.id, known);
  }
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every claim, judged in two families: on the bundled sets and on the public ones. */
export function resultsOf(claims: readonly Claim[], records: readonly ClaimRecord[]): Result[] {
  const effects = effectsOf(claims, records);
  const own = claims.map((claim) => side(claim, effects, bundledSets(planOf(claim.run))));
  // A claim about some of the bundled sets has no counterpart among the public ones.
  const others = claims.map((claim) =>
    claim.sets === undefined ? side(claim, effects, publicSets(planOf(claim.run))) : NOWHERE,
  );
  const [bundled, open] = [family(own), family(others)];
  return claims.map((claim, i) => ({ claim, bundled: bundled[i] as Side, public: open[i] as Side }));
}

type Effects = ReadonlyMap<Claim, ReadonlyMap<string, SetEffect>>;

/** By claim and set. All claims on one record are computed at once. */
function effectsOf(claims: readonly Claim[], records: readonly ClaimRecord[]): Effects {
  const effects = new Map(claims.map((claim) => [claim, new Map<string, SetEffect>()]));
  for (const record of records) {
    const own = claims.filter(({ run }) => run === record.run);
    setEffects(record, own.map(weightsOf)).forEach((effect, i) => {
      effects.get(own[i] as Claim)?.set(record.set, effect);
    });
  }
  return effects;
}

interface Unjudged {
  readonly pooled: Effect | null;
  readonly sets: Side['sets'];
}

const NOWHERE: Unjudged = { pooled: null, sets: [] };

function side(claim: Claim, effects: Effects, sets: readonly string[]): Unjudged {
  const found = (names: readonly string[]) => names.flatMap((set) => effects.get(claim)?.get(set) ?? []);
  const here = claim.sets ?? sets;
  const than = claim.than ?? [];
  const [parts, others] = [found(here), found(than)];
  const whole = here.length > 0 && parts.length === here.length && others.length === than.length;
  return {
    pooled: !whole ? null : others.length === 0 ? pooled(parts) : excess(parts, others),
    sets: [...parts, ...others].map((part) => ({
      ...{ set: part.record.set, title: part.record.title },
      effect: pooled([part]),
    })),
  };
}

/** Holm runs over the claims that were run in full. */
function family(sides: readonly Unjudged[]): Side[] {
  const run = sides.flatMap(({ pooled: effect }) => effect ?? []);
  const all = judged(run);
  return sides.map(({ pooled: effect, sets }) => ({ sets, pooled: effect && (all[run.indexOf(effect)] as Judged) }));
}
