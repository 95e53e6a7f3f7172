import { fullText } from '../data/example.ts';
import { statementOf } from '../knowledge/statements.ts';
import type { Knowledge, Triple } from '../knowledge/types.ts';
import { number } from '../options.ts';
import { CUE } from './cues.ts';
import { defineRumination, type RuminationContext, together } from './rumination.ts';

/**
 * Facts of the knowledge base about the entities of a query, the likeliest to help first: those that join two of its
 * entities (its options' among them), then those about one of its text, in the order of the text.
 */
export function factsAbout(knowledge: Knowledge, query: RuminationContext['query']): Triple[] {
  const inText = new Map<string, number>();
  for (const { entityId } of knowledge.link(fullText(query)))
    if (!inText.has(entityId)) inText.set(entityId, inText.size);
  const near = new Set(inText.keys());
  for (const option of query.options ?? []) for (const { entityId } of knowledge.link(option)) near.add(entityId);
  const rank = ({ head, tail }: Triple): number => {
    if (near.has(head) && near.has(tail)) return -1;
    return inText.get(head) ?? inText.size + (inText.get(tail) ?? inText.size);
  };
  const touching = knowledge.triples.filter(
    ({ head, tail }) => inText.has(head) || inText.has(tail) || (near.has(head) && near.has(tail)),
  );
  return touching
    .map((triple) => ({ triple, rank: rank(triple) }))
    .sort((a, b) => a.rank - b.rank)
    .map((r) => r.triple);
}

/** As many whole sentences as fit; no sentence comes twice. */
export async function factText(
  { knowledge, count }: Pick<RuminationContext, 'knowledge' | 'count'>,
  query: RuminationContext['query'],
  tokens: number,
): Promise<string> {
  const sentences: string[] = [];
  for (const triple of factsAbout(knowledge, query)) {
    const sentence = statementOf(knowledge, triple);
    if (sentence === undefined || sentences.includes(sentence)) continue;
    if ((await count([...sentences, sentence].join(' '))) > tokens) break;
    sentences.push(sentence);
  }
  return sentences.join(' ');
}

export const facts = defineRumination({
  type: 'facts',
  title: 'Facts of the knowledge base',
  summary:
    'Control, an upper bound: true facts about the names of the query stand where the model would have written. A query without one is answered at once.',
  source: 'METHODS 2.4 A (controls: gold facts)',
  evidence: 'ours',
  kind: 'control',
  needs: [],
  needsKnowledge: true,
  fields: { tokens: number('Tokens', 'The most tokens of facts.', { min: 8, max: 120, step: 1, default: 32 }) },
  plan: async (context, { tokens }) => {
    const text = await factText(context, context.query, tokens);
    if (text === '') return together([]);
    const thought = `${CUE} ${text}`;
    return together([{ cue: CUE, text: thought, generated: null, tokens: await context.count(thought) }]);
  },
});
