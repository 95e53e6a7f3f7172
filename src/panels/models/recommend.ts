import type { ModelChoice } from '../../core/run/spec.ts';
import { fitOf } from '../../engines/fit.ts';
import type { Machine } from '../../engines/machine.ts';
import { choose, needOf } from '../../engines/web-llm/catalog.ts';

export interface Recommendation {
  readonly choice: ModelChoice;
  readonly title: string;
  readonly reason: string;
}

/** Largest first: a larger model follows demonstrations better, and more machines hold a smaller one. */
const CANDIDATES = [
  { id: 'Qwen2.5-1.5B-Instruct', leastMemoryGB: 8 },
  { id: 'Qwen2.5-0.5B-Instruct', leastMemoryGB: 4 },
];

/** One model to go on with on this machine, once the embedded one has shown what the playground does. */
export function recommend(machine: Machine): Recommendation {
  for (const { id, leastMemoryGB } of CANDIDATES) {
    const { model, variant } = choose(id, machine.gpu?.f16 ?? false);
    if (machine.memoryGB !== null && machine.memoryGB < leastMemoryGB) continue;
    // Where the browser does not tell, the smallest.
    if (machine.memoryGB === null && id !== CANDIDATES.at(-1)?.id) continue;
    if (fitOf(needOf(model, variant), machine).kind !== 'fits') continue;
    return {
      choice: { engine: 'web-llm', id },
      title: model.title,
      reason: `${model.licence}, and this machine holds it with room to spare${id === CANDIDATES[0]?.id ? '' : '; larger ones may be slow'}.`,
    };
  }
  return {
    choice: { engine: 'embedded', id: 'knowshot-mini' },
    title: 'Knowshot mini',
    reason: `${machine.gpu === null || machine.gpu.software ? 'Without a GPU larger models are slow in a tab' : 'Larger models do not fit this machine with room to spare'}; a server of your own can take them.`,
  };
}
