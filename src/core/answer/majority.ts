import type { TallyingAnswerer } from './answerer.ts';

export const majority = {
  type: 'majority',
  title: 'Commonest label (no model)',
  summary: 'Always the label that the pool has most often; no model is asked and no query is read.',
  source: 'METHODS 10 (majority class)',
  evidence: 'ours',
  needsSharedLabels: true,
  fields: {},
  ignores: ['select', 'shots', 'order', 'ruminate', 'tune', 'calibrate', 'score'],
  asks: false,
  tally: ({ labels, pool }) => {
    if (pool.length === 0) return null;
    const counts = labels.map(({ id }) => pool.filter((example) => example.label === id).length);
    return { shares: counts.map((n) => n / pool.length), answer: counts.indexOf(Math.max(...counts)) };
  },
} as const satisfies TallyingAnswerer<Record<never, never>>;
