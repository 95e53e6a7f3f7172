import type { Arm, RunSpec } from '../../core/run/spec.ts';
import type { Slot } from '../compare/edit.ts';
import { crossed, type Design, methodLevel } from './design.ts';

export interface Starter {
  readonly id: string;
  readonly title: string;
  /** What the grid asks. */
  readonly question: string;
  /** Parts that it does not vary are as in the first arm. */
  readonly designFor: (spec: RunSpec) => Design;
}

const methods = (part: Slot, ...types: string[]) => types.flatMap((type) => methodLevel(part, type) ?? []);

/** What does not vary is plain, so that nothing but the levels can make a difference. */
function around({ arms }: RunSpec, levels: { readonly [P in keyof Design]?: readonly unknown[] }): Design {
  const [first] = arms;
  const shots = first === undefined || first.shots === 0 ? 8 : first.shots;
  const base = {
    id: '',
    name: '',
    select: { type: 'random' },
    shots,
    order: 'nearest-last',
    ruminate: { type: 'none' },
    calibrate: { type: 'none' },
    answer: { type: 'model' },
    score: first?.score ?? 'sum',
    ...(first?.model === undefined ? {} : { model: first.model }),
  } as Arm;
  return { ...crossed({ arms: [base] }), ...levels } as Design;
}

export const starters: readonly Starter[] = [
  {
    id: 'ker-kpc',
    title: 'KER × KPC',
    question: 'Do examples chosen by knowledge and a knowledge prior help each other, or is each as good alone?',
    designFor: (spec) =>
      around(spec, { select: methods('select', 'random', 'ker'), calibrate: methods('calibrate', 'none', 'kpc') }),
  },
  {
    id: 'kict',
    title: 'The KICT grid',
    question: 'Four ways to choose examples under five priors.',
    designFor: (spec) =>
      around(spec, {
        select: methods('select', 'random', 'topk', 'bm25', 'ker'),
        calibrate: methods('calibrate', 'none', 'cc', 'dc', 'bc', 'kpc'),
      }),
  },
  {
    id: 'recall',
    title: 'Recall × examples',
    question: 'Does recalling something help more where the examples know nothing of the query?',
    designFor: (spec) =>
      around(spec, {
        select: methods('select', 'random', 'ker-query'),
        ruminate: methods('ruminate', 'none', 'filler', 'background'),
      }),
  },
  {
    id: 'shots',
    title: 'Shots × examples',
    question: 'How many examples does it take, and does it depend on which?',
    designFor: (spec) => around(spec, { select: methods('select', 'random', 'topk'), shots: [2, 4, 8, 16] }),
  },
];
