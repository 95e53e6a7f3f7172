import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readClaims, weightsOf } from '../../scripts/claims/claims.ts';
import { claimsPage } from '../../scripts/claims/page.ts';
import { armIds, BUNDLED, FACTS, runs, specOf } from '../../scripts/claims/plan.ts';
import { type ClaimRecord, readRecords } from '../../scripts/claims/record.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const folder = `${docs}claims`;
const recorded = existsSync(folder) && readdirSync(folder).length > 0;

const claims = readClaims();

const model = (id: string, sha256 = 'f'.repeat(64)): ClaimRecord['models'][number] => ({
  ...{ engine: 'embedded', id, revision: '1', precision: 'int8' },
  files: [{ name: 'model.safetensors', sha256 }],
});

/** Records of all runs on bundled sets, in which only the arms of `right` are always right and all others always wrong. */
const records = (right: readonly string[], queries = 12): ClaimRecord[] =>
  runs.flatMap((plan) =>
    (plan.kind === 'facts' ? [FACTS] : BUNDLED).map((set) => ({
      ...{ version: 1 as const, run: plan.id, set, title: set, key: '0'.repeat(64), spec: {} },
      models: [model('knowshot-mini'), model('knowshot-mini-plain')],
      backends: ['wasm-simd'],
      data: { digest: '', queries, poolSize: 200, labels: 4 },
      ...{ knowledge: '', tokens: { asked: 2, computed: 1 }, seconds: 1 },
      answers: Object.fromEntries(
        armIds(plan).map((arm) => [
          arm,
          Array.from({ length: plan.trials }, () => (right.includes(arm) ? '0' : '1').repeat(queries)),
        ]),
      ),
    })),
  );

/** Rows of the table of all claims, by the sentence of the claim. */
const verdicts = (page: string): Map<string, string> =>
  new Map(
    [...page.matchAll(/^\| \d+\. (.+?) \|.*?\| (?:\*\*)?([^|*]+?)(?:\*\*)? \| [^|]* \| [^|]* \|$/gmu)].map(
      ([, says, verdict]) => [says as string, verdict as string],
    ),
  );

describe('the claims', () => {
  it('have an id and a sentence each of their own, and weigh no arm twice', () => {
    expect(claims.length).toBeGreaterThan(20);
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    expect(new Set(claims.map(({ says }) => says)).size).toBe(claims.length);
    for (const claim of claims)
      expect(
        [...weightsOf(claim).values()].reduce((sum, w) => sum + w, 0),
        claim.id,
      ).toBe(0);
  });

  it('rest on specs that can be run', () => {
    for (const plan of runs.filter(({ kind }) => kind !== 'facts'))
      expect(specOf(plan, 'topic').arms.map(({ id }) => id)).toEqual(Object.keys(plan.arms));
  });
});

describe('the page of claims', { timeout: 30_000 }, () => {
  it('says of each claim what its records say', () => {
    const seen = verdicts(claimsPage(claims, records(['ker', 'two-call', 'mini'])));
    expect(seen.size).toBe(claims.length);
    const verdict = (id: string) => seen.get(claims.find((claim) => claim.id === id)?.says ?? '');
    expect(verdict('ker-random')).toBe('seen');
    expect(verdict('ksp-facts')).toBe('seen');
    expect(verdict('kict-interaction')).toBe('not seen; the reverse is');
    expect(verdict('facts-recalled')).toBe('not seen; the reverse is');
    expect(verdict('one-call')).toBe('not seen');
    expect(verdict('covered-two-call')).toBe('not seen');
  });

  it('gives no verdict on a run that is missing, and says which', () => {
    const page = claimsPage(
      claims,
      records([]).filter(({ run, set }) => run !== 'demos' || set !== 'topic'),
    );
    expect(page).toContain('demos on topic');
    const seen = verdicts(page);
    for (const { says, run, sets } of claims)
      expect(seen.get(says) === 'not run in full', says).toBe(run === 'demos' && sets === undefined);
  });

  it('refuses records of two builds of a model', () => {
    const [first, ...rest] = records([]);
    const other = { ...(first as ClaimRecord), models: [model('knowshot-mini', 'e'.repeat(64))] };
    expect(() => claimsPage(claims, [other, ...rest])).toThrow(/two builds of knowshot-mini/u);
  });

  it.skipIf(!recorded)(
    'in docs is the one that its records give (skipped: no records; npm run claims)',
    () => {
      expect(readFileSync(`${docs}claims.md`, 'utf8')).toBe(claimsPage(claims, readRecords(folder)));
    },
    30_000,
  );

  it.skipIf(!recorded)('rests on records that stay small (skipped: no records; npm run claims)', () => {
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0);
    expect(bytes).toBeLessThan(1_000_000);
  });
});
