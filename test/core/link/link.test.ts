import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_ROWS } from '../../../src/core/data/own.ts';
import { canonicalJson } from '../../../src/core/hash.ts';
import { fromBase64Url, toBase64Url } from '../../../src/core/link/base64url.ts';
import { compareResult, resultDigest } from '../../../src/core/link/digest.ts';
import { decodeLink, encodeLink, LINK_CAP } from '../../../src/core/link/link.ts';
import type { LinkPayload } from '../../../src/core/link/payload.ts';
import { presets } from '../../../src/core/run/presets.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';
import { linkOf, sealedLink } from './sealed-link.ts';

const spec = (changes: Record<string, unknown> = {}) => {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: [
      { id: 'a', name: 'Zufällig 🎲', select: { type: 'random' }, shots: 2 },
      { id: 'b', name: 'KER', select: { type: 'ker', alpha: 0.25 }, shots: 2, calibrate: { type: 'cc' } },
    ],
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
};

const rows = (count: number): NonNullable<LinkPayload['rows']> => ({
  title: 'Mine',
  labels: [
    { id: 'x', words: ['yes'] },
    { id: 'y', words: ['no'] },
  ],
  template: { instruction: '', inputNames: ['In'], labelName: 'Out' },
  pool: [],
  eval: Array.from({ length: count }, (_, i) => ({ text: `row ${i}`, label: 'x' })),
});
const own = (count = 3): LinkPayload => ({ spec: spec({ data: { id: 'own' } }), rows: rows(count) });

const encoded = (payload: LinkPayload): string => {
  const result = encodeLink(payload);
  if (!result.ok) throw new Error(result.problem);
  return result.hash;
};
const problem = (link: string): string => {
  const result = decodeLink(link);
  return result.ok ? 'no problem' : result.problem;
};

describe('link', () => {
  it('gives back what it was made from', () => {
    for (const payload of [...presets.map((p) => ({ spec: p.spec })), { spec: spec() }, own()]) {
      expect(decodeLink(encoded(payload))).toEqual({ ok: true, payload });
    }
  });

  it('is the same for the same payload, whatever the order of its keys', () => {
    const payload = { spec: spec() };
    const turned = { spec: Object.fromEntries(Object.entries(payload.spec).reverse()) } as unknown as LinkPayload;
    expect(encoded(turned)).toBe(encoded(payload));
  });

  it('uses only characters that survive in an address, and stays short', () => {
    const hash = encoded({ spec: presets[0]?.spec ?? spec() });
    expect(hash).toMatch(/^#v1\.[A-Za-z0-9_-]+$/u);
    expect(hash.length).toBeLessThan(1000);
  });

  it('is read as a fragment, as a whole address and without its mark', () => {
    const hash = encoded({ spec: spec() });
    for (const link of [hash, hash.slice(1), `https://example.org/knowshot/?x=1${hash}`]) {
      expect(decodeLink(link).ok).toBe(true);
    }
  });

  it('is read with white space around it, as a copy from a mail brings it', () => {
    expect(decodeLink(` ${encoded({ spec: spec() })}\n`).ok).toBe(true);
  });

  it('that is cut anywhere is refused with a message', () => {
    const hash = encoded({ spec: spec() });
    for (let length = 0; length < hash.length; length++) {
      expect(problem(hash.slice(0, length)), `cut to ${length}`).toMatch(/damaged|Copy it again/u);
    }
  });

  it('with one changed character is refused rather than read as another experiment', () => {
    const payload = { spec: spec() };
    const hash = encoded(payload);
    const other: string[] = [];
    for (let at = 4; at < hash.length; at++) {
      for (const character of 'Aq7_') {
        const changed = hash.slice(0, at) + character + hash.slice(at + 1);
        const result = decodeLink(changed);
        if (result.ok && canonicalJson(result.payload) !== canonicalJson(payload)) other.push(changed);
      }
    }
    expect(other.length, `for example ${other[0]}`).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['another page', 'https://example.org/'],
    ['a foreign fragment', '#section-3'],
    ['characters that no link has', '#v1.a+b/c='],
    ['an impossible length', '#v1.abcde'],
    ['bytes that do not unpack', '#v1.____'],
    ['no JSON', sealedLink('{"spec":')],
  ])('of %s is refused as damaged', (_what, link) => {
    expect(problem(link)).toMatch(/This link is damaged: .*Copy it again/u);
  });

  it('of a newer version says so', () => {
    expect(problem('#v2.abc')).toMatch(/version 2, newer/u);
  });

  it.each([
    [
      'an unknown selector',
      { ...spec(), arms: [{ ...spec().arms[0], select: { type: 'best' } }] },
      /no selector "best"/u,
    ],
    ['an unknown option', { ...spec(), arms: [{ ...spec().arms[0], select: { type: 'ker', beta: 1 } }] }, /beta/u],
    ['an unknown field', { ...spec(), key: 'secret' }, /key/u],
    [
      'too many arms',
      { ...spec(), arms: Array.from({ length: 65 }, (_, i) => ({ ...spec().arms[0], id: `a${i}` })) },
      /at most 64 arms/u,
    ],
    ['no spec at all', null, /cannot be run/u],
  ])('with %s is refused and names it', (_what, wrong, message) => {
    expect(problem(linkOf({ spec: wrong }))).toMatch(message);
  });

  it('cannot pollute a prototype', () => {
    const json = `{"spec":${JSON.stringify(spec())},"__proto__":{"polluted":1}}`;
    const result = decodeLink(sealedLink(json));
    if (result.ok) expect((result.payload as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('carries own rows up to the cap, on both sides', () => {
    expect(encodeLink(own(LINK_ROWS)).ok).toBe(true);
    expect(encodeLink(own(LINK_ROWS + 1))).toMatchObject({ ok: false, problem: expect.stringMatching(/400 rows/u) });
    expect(problem(linkOf(own(LINK_ROWS + 1)))).toMatch(/400 rows/u);
  });

  it('refuses own rows without the spec naming them, and the other way round', () => {
    expect(encodeLink({ spec: spec(), rows: rows(2) }).ok).toBe(false);
    expect(encodeLink({ spec: spec({ data: { id: 'own' } }) }).ok).toBe(false);
  });

  it('that would be too long is refused with a way out', () => {
    const random = fc.sample(fc.string({ minLength: 900, maxLength: 900 }), { numRuns: 100, seed: 1 });
    const large = { ...rows(1), eval: random.map((text) => ({ text: `t${text}`, label: 'x' })) };
    const result = encodeLink({ spec: spec({ data: { id: 'own' } }), rows: large });
    expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/too large for a link.*as a file/u) });
  });

  it('that unpacks to too much is refused quickly', () => {
    const bomb = sealedLink(new Uint8Array(LINK_CAP.inflated * 8), { level: 9 });
    expect(bomb.length).toBeLessThan(LINK_CAP.encoded);
    const start = performance.now();
    expect(problem(bomb)).not.toBe('no problem');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('that is too long is refused before it is unpacked', () => {
    expect(problem(`#v1.${'A'.repeat(LINK_CAP.encoded)}`)).toMatch(/more than 60000 characters/u);
  });

  it('never throws when it is decoded, whatever it holds', () => {
    const content = fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => `#v1.${toBase64Url(bytes)}`),
      fc.jsonValue().map(linkOf),
      fc.jsonValue().map((x) => linkOf({ spec: x })),
      fc.jsonValue().map((x) => linkOf({ spec: { ...spec(), arms: x } })),
      fc.string().map((json) => sealedLink(json)),
    );
    fc.assert(
      fc.property(content, (link) => {
        const result = decodeLink(link);
        if (!result.ok) expect(result.problem.length).toBeGreaterThan(10);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws when it is encoded, also for half a surrogate pair in a name', () => {
    const base = spec();
    const odd = { spec: { ...base, arms: base.arms.map((arm) => ({ ...arm, name: 'half \ud800 pair' })) } };
    expect(() => encodeLink(odd)).not.toThrow();
  });
});

describe('base64url', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it('is that of Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      }),
    );
  });

  it.each(['a', 'ab=', 'a+', 'ä', 'a b', 'ab\n'])('refuses %j', (text) => {
    expect(fromBase64Url(text)).toBeNull();
  });
});

describe('digest of a result', () => {
  const run = (engine: Parameters<typeof fakeModel>[0] = {}, dataset = smallDataset()) =>
    runExperiment({ spec: spec(), dataset, knowledge: goldenKnowledge(), model: fakeModel(engine) });

  it('fits a link and comes back', async () => {
    const payload = { spec: spec(), result: resultDigest(await run()) };
    expect(decodeLink(encoded(payload))).toEqual({ ok: true, payload });
  });

  it('agrees with the same run again', async () => {
    expect(compareResult(resultDigest(await run()), await run())).toMatchObject({ same: true });
  });

  it('says which model or data made the difference, with the figures', async () => {
    const digest = resultDigest(await run());
    const biased = await run({ revision: 'r2', logprob: (_p, word) => (word === ' place' ? -1 : -2) });
    const model = compareResult(digest, biased);
    expect(model.same).toBe(false);
    expect(model.text).toMatch(/fake\/hash r1.*fake\/hash r2/u);
    expect(model.text).toMatch(/\d\/6 then, 3\/6 now/u);
    const { evalSet } = smallDataset();
    const other = smallDataset({ evalSet: [...evalSet].reverse() });
    expect(compareResult(digest, await run({}, other)).text).toMatch(/data are not the same/u);
    expect(compareResult(digest, await run({ logprob: (_p, w) => (w === ' place' ? -1 : -2) })).text).toMatch(
      /backend/u,
    );
  });

  it('counts a run on other data as another result even if the answers agree', async () => {
    const constant = { logprob: (_p: string, word: string) => (word === ' place' ? -1 : -2) };
    const { evalSet } = smallDataset();
    const other = smallDataset({ evalSet: evalSet.map((q) => ({ ...q, text: `${q.text} Really.` })) });
    expect(compareResult(resultDigest(await run(constant)), await run(constant, other)).text).toMatch(/data/u);
  });
});
