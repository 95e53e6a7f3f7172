/** Where a method takes its prior from, in the notation of the papers: p the answer, C the demos, x the query, v a label. */
export interface Formula {
  readonly text: string;
  readonly where: string;
}

const DIVIDE = 'score(v) = log p(v | C, x) − log π(v)';

const FORMULAS: Readonly<Record<string, Formula>> = {
  none: { text: 'score(v) = log p(v | C, x)', where: 'no prior' },
  cc: { text: DIVIDE, where: 'π(v) = mean of p(v | C, z) over z in {N/A, nothing, [MASK]}, scaled to sum to one' },
  dc: {
    text: DIVIDE,
    where: 'π(v) = mean of p(v | C, z) over strings z of random words of the queries, scaled to sum to one',
  },
  bc: { text: DIVIDE, where: 'π(v) = mean of p(v | C, x′) over all queries x′' },
  proca: {
    text: 'score(v) = log N(log p(· | C, x); μ_v, Σ_v)',
    where: 'no prior; μ_v and Σ_v are the cluster of v in the answers to all queries, found by EM',
  },
  pmi: { text: DIVIDE, where: 'π(v) = p(v | the label name alone)' },
  kpc: {
    text: 'score(v) = log p(v | C, x) − β log max(π(v), τ)',
    where: 'π(v) = mean of p(v | s) over sentences s of the knowledge base whose entity is left open',
  },
  'label-frequency': { text: 'score(v) = log p(v | C, x) − s log π(v)', where: 'π(v) = share of v among the demos' },
  temperature: {
    text: 'score(v) = log p(v | C, x) / T',
    where: 'T is fitted on held-out pool items; it changes confidence, never the answer',
  },
};

/** `null` for a method that has none written down. */
export const formulaOf = (type: string): Formula | null =>
  Object.hasOwn(FORMULAS, type) ? (FORMULAS[type] ?? null) : null;
