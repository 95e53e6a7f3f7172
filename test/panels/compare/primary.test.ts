import { describe, expect, it } from 'vitest';
import { parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { moveArm, removeArm, withPrimary } from '../../../src/panels/compare/edit.ts';

const spec = (): RunSpec => {
  const arm = (id: string) => ({ id, name: id, select: { type: 'random' }, shots: 2 });
  const parsed = parseSpec({
    version: 1,
    data: { id: 'topic' },
    model: { engine: 'embedded', id: 'm' },
    arms: ['a', 'b', 'c'].map(arm),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
};

describe('the primary comparison', () => {
  it('is named, changed and taken back', () => {
    const named = withPrimary(spec(), 'b');
    expect(named.primary).toBe('b');
    expect(withPrimary(named, 'c').primary).toBe('c');
    expect('primary' in withPrimary(named, '')).toBe(false);
  });

  it('stays when other arms move or go, and ends when its arm goes or becomes the baseline', () => {
    const named = withPrimary(spec(), 'c');
    expect(removeArm(named, 'b').primary).toBe('c');
    expect(removeArm(named, 'a').primary).toBe('c');
    expect('primary' in removeArm(named, 'c')).toBe(false);
    const second = moveArm(named, 'c', -1);
    expect(second.primary).toBe('c');
    expect('primary' in moveArm(second, 'c', -1)).toBe(false);
    for (const made of [removeArm(named, 'c'), moveArm(second, 'c', -1)]) expect(parseSpec(made).ok).toBe(true);
  });
});
