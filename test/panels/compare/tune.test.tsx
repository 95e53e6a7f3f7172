import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Capability } from '../../../src/core/model/language-model.ts';
import { type Arm, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { ArmCard } from '../../../src/panels/compare/ArmCard.tsx';
import { armLine, learnedLine } from '../../../src/panels/compare/describe.ts';
import { changeArm, withOption, withPlugin } from '../../../src/panels/compare/edit.ts';
import { type Host, HostContext } from '../../../src/panels/host.ts';

const spec = (): RunSpec => {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'topic' },
    model: { engine: 'embedded', id: 'm' },
    arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 2 }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
};
const armOf = (s: RunSpec): Arm => s.arms[0] as Arm;

/** The card of the first arm, beside a model that can do so much. */
function card(experiment: RunSpec, capabilities: readonly Capability[]): string {
  const choice = { engine: 'embedded', id: 'm' };
  const loaded = { choice, identity: { engine: 'embedded', id: 'm' }, capabilities: new Set(capabilities) };
  const host = {
    experiment: createStore(() => ({ experiment: { spec: experiment }, promised: null })),
    library: createStore(() => ({ datasets: new Map(), knowledge: null })),
    models: { state: createStore(() => ({ loaded, loading: null, failure: null })) },
  };
  return renderToStaticMarkup(
    <HostContext value={host as unknown as Host}>
      <ArmCard arm={armOf(experiment)} index={0} count={1} />
    </HostContext>,
  );
}

const ABLE: readonly Capability[] = ['logprobs', 'latent', 'train'];
const option = (html: string, type: string) => new RegExp(`<option[^>]*value="${type}"[^>]*>`, 'u').exec(html)?.[0];

describe('tuning an arm in Compare', () => {
  it('can be chosen where the model can do it, with its settings, its source and how far that was checked', () => {
    const plain = card(spec(), ABLE);
    expect(plain).toContain('Tune');
    for (const type of ['prefix', 'random-prefix']) expect(option(plain, type)).not.toContain('disabled');
    const tuned = card(changeArm(spec(), 'a', withPlugin('tune', 'prefix')), ABLE);
    for (const text of ['Prefix length', 'Items', 'Steps', 'Learning rate', 'Seed', 'Li and Liang 2021', 'recalled'])
      expect(tuned).toContain(text);
  });

  it('is greyed, with the reason, where the model cannot', () => {
    const html = card(spec(), ['logprobs']);
    for (const type of ['prefix', 'random-prefix']) expect(option(html, type)).toContain('disabled');
    expect(html).toContain('m cannot be opened to look at and change its inside');
    const untrained = card(spec(), ['logprobs', 'latent']);
    expect(option(untrained, 'prefix')).toContain('disabled');
    expect(option(untrained, 'random-prefix')).not.toContain('disabled');
  });

  it('is written into the arm, and taken out of it again', () => {
    const tuned = changeArm(spec(), 'a', withPlugin('tune', 'prefix'));
    expect(armOf(changeArm(tuned, 'a', withOption('tune', 'steps', 5))).tune).toMatchObject({ steps: 5, length: 8 });
    expect(armLine(armOf(tuned))).toContain('Learned prefix');
    expect(changeArm(tuned, 'a', withPlugin('tune', 'none'))).toEqual(spec());
    expect(armOf(changeArm(tuned, 'a', withPlugin('answer', 'majority')))).not.toHaveProperty('tune');
  });

  it('tells its cost in a line', () => {
    const learned = { items: 64, steps: 60, tokens: 12_000, firstLoss: 0.9, lastLoss: 0.4 };
    expect(learnedLine(learned)).toMatch(/12.000 tokens of training, on 64 pool items; loss 0\.90 to 0\.40/u);
  });
});
