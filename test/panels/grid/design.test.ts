import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink } from '../../../src/core/link/link.ts';
import { LIMITS, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import {
  addLevel,
  crossed,
  type Design,
  designOf,
  firstLevel,
  levelNames,
  methodLevel,
  removeLevel,
  sizeOf,
  withDesign,
  withLevelOption,
} from '../../../src/panels/grid/design.ts';
import { starters } from '../../../src/panels/grid/starters.ts';

function specOf(...arms: readonly Record<string, unknown>[]): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'topic' },
    model: { engine: 'embedded', id: 'knowshot-mini' },
    arms: arms.map((arm, i) => ({ id: `a${i}`, name: `Arm ${i}`, select: { type: 'random' }, shots: 4, ...arm })),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const ragged = specOf({}, { select: { type: 'topk' } }, { select: { type: 'topk' }, calibrate: { type: 'cc' } });

describe('the design of a grid', () => {
  it.each(starters.map((starter) => [starter.id, starter] as const))(
    'comes back from the arms that it gives, also through a link: %s',
    (_id, { designFor }) => {
      const design = designFor(ragged);
      const spec = withDesign(ragged, design);
      expect(spec.arms).toHaveLength(sizeOf(design));
      expect(new Set(spec.arms.map(({ name }) => name)).size).toBe(spec.arms.length);
      const link = encodeLink({ spec });
      const opened = link.ok ? decodeLink(link.hash) : link;
      if (!opened.ok) throw new Error(opened.problem);
      expect(designOf(opened.payload.spec)).toEqual(design);
    },
  );

  it('is none of arms that are not all combinations, whose levels can be combined', () => {
    expect(designOf(ragged)).toBeNull();
    const design = crossed(ragged);
    expect(sizeOf(design)).toBe(4);
    expect(designOf(withDesign(ragged, design))).toEqual(design);
  });

  it('keeps its levels through any edits that leave one of each, and never outgrows a run', () => {
    const types = ['random', 'topk', 'bm25', 'ker'] as const;
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('shots' as const), n: fc.nat(LIMITS.shots) }),
      fc.record({ kind: fc.constant('method' as const), n: fc.nat(types.length - 1) }),
      fc.record({ kind: fc.constantFrom('remove' as const, 'first' as const), n: fc.nat(3) }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (edits) => {
        let spec = withDesign(ragged, designOf(specOf({})) as Design);
        for (const { kind, n } of edits) {
          const design = designOf(spec) as Design;
          const part = n % 2 === 0 ? 'select' : 'shots';
          const at = n % design[part].length;
          const next =
            kind === 'shots'
              ? addLevel(design, 'shots', n)
              : kind === 'method'
                ? addLevel(design, 'select', methodLevel('select', types[n] ?? 'random') as never)
                : kind === 'remove'
                  ? removeLevel(design, part, at)
                  : firstLevel(design, part, at);
          spec = withDesign(spec, next);
          expect(designOf(spec)).toEqual(next);
          expect(parseSpec(spec).ok).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('names levels of one method by what differs, and refuses two that are alike', () => {
    const twins = specOf({ select: { type: 'ker', alpha: 0 } }, { select: { type: 'ker', alpha: 1 } });
    const design = designOf(twins) as Design;
    expect(levelNames(twins, design, 'select')).toEqual(['KER (pool weights), alpha=0', 'KER (pool weights), alpha=1']);
    expect(levelNames(twins, design, 'shots')).toEqual(['4 shots']);
    expect(withLevelOption(design, 'select', 0, 'alpha', 1)).toBe(design);
    expect(designOf(withDesign(twins, withLevelOption(design, 'select', 0, 'alpha', 0.5)))?.select[0]).toMatchObject({
      alpha: 0.5,
    });
    expect(addLevel(design, 'shots', 4)).toBe(design);
  });

  it('drops a primary comparison, which was of other arms', () => {
    const spec = { ...ragged, primary: 'a1' };
    expect('primary' in withDesign(spec, crossed(spec))).toBe(false);
  });
});
