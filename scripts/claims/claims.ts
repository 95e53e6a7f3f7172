import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { dataError } from '../../src/core/errors.ts';
import { issueText } from '../../src/core/issues.ts';
import { parseJson } from '../../src/core/json.ts';
import { armIds, bundledSets, runs } from './plan.ts';

const claimSchema = v.strictObject({
  paper: v.picklist(['KICT', 'Knowledge Rumination']),
  /** In our own words, such that it can turn out wrong. */
  says: v.pipe(v.string(), v.nonEmpty()),
  source: v.pipe(v.string(), v.nonEmpty()),
  /** How far the claim, or the method in it, was read in its source. */
  evidence: v.picklist(['abstract', 'code', 'recalled', 'ours']),
  run: v.picklist(runs.map(({ id }) => id)),
  /** The claim says that the accuracies of these arms add up to more ... */
  higher: v.pipe(v.array(v.string()), v.minLength(1)),
  /** ... than those of these. */
  lower: v.pipe(v.array(v.string()), v.minLength(1)),
  /** Bundled sets that it is about; all without it. */
  sets: v.exactOptional(v.array(v.string())),
  /** The claim says that the gain is greater in `sets` than in these. */
  than: v.exactOptional(v.array(v.string())),
});

export type Claim = v.InferOutput<typeof claimSchema> & { readonly id: string };

const folder = new URL('claims/', import.meta.url);

/** One file a claim; their order is that of the file names, whose number is no part of the id. */
export const readClaims = (): Claim[] =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const result = v.safeParse(claimSchema, parseJson(readFileSync(new URL(name, folder), 'utf8'), name));
      if (!result.success) throw dataError(`claims/${name}: ${issueText(result.issues)}`);
      const claim = { ...result.output, id: name.replace(/^\d+-|\.json$/gu, '') };
      checkNames(claim);
      return claim;
    });

function checkNames({ id, run, higher, lower, sets = [], than = [] }: Claim): void {
  const plan = runs.find((own) => own.id === run) as (typeof runs)[number];
  const refuse = (names: readonly string[], known: readonly string[], what: string) => {
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw dataError(`claim ${id}: the run "${run}" has no ${what} "${unknown}".`);
  };
  refuse([...higher, ...lower], armIds(plan), 'arm');
  refuse([...sets, ...than], bundledSets(plan), 'set');
}

/** Signs of the arms in the sum that the claim says is above 0. */
export const weightsOf = ({ higher, lower }: Pick<Claim, 'higher' | 'lower'>): ReadonlyMap<string, number> =>
  new Map([...higher.map((arm) => [arm, 1] as const), ...lower.map((arm) => [arm, -1] as const)]);
