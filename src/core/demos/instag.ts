import { type Example, fullText } from '../data/example.ts';
import type { Knowledge } from '../knowledge/types.ts';
import { choice } from '../options.ts';
import { words } from '../words.ts';
import { defineSelector } from './selector.ts';

/**
 * Complexity first, diverse sampling (InsTag; METHODS 8.4): items by falling number of tags; a pass takes an item if it
 * adds a tag that the pass has not seen; passes go on until there are enough. When a pass adds nothing, no item that is
 * left has a tag, and they follow in their order.
 * @returns indices in the order of being taken.
 */
export function complexityFirst(tags: readonly ReadonlySet<string>[], count: number): number[] {
  const left = tags.map((_, i) => i).sort((a, b) => (tags[b] as Set<string>).size - (tags[a] as Set<string>).size);
  const taken: number[] = [];
  while (taken.length < count && left.length > 0) {
    const seen = new Set<string>();
    const before = taken.length;
    for (let at = 0; at < left.length && taken.length < count; ) {
      const i = left[at] as number;
      const own = [...(tags[i] as ReadonlySet<string>)];
      if (own.every((tag) => seen.has(tag))) at++;
      else {
        for (const tag of own) seen.add(tag);
        taken.push(i);
        left.splice(at, 1);
      }
    }
    if (taken.length === before) taken.push(...left.splice(0, count - taken.length));
  }
  return taken;
}

/** Words in fewer texts than this are too rare for a tag, as tags are in InsTag. */
const RARE = 2;
/** Words in more than this share of the texts say nothing. */
const COMMON = 0.2;

function wordTags(pool: readonly Example[]): Set<string>[] {
  const own = pool.map((example) => new Set(words(fullText(example))));
  const count = new Map<string, number>();
  for (const set of own) for (const word of set) count.set(word, (count.get(word) ?? 0) + 1);
  const isTag = (word: string) => {
    const n = count.get(word) ?? 0;
    return n >= RARE && n <= COMMON * pool.length;
  };
  return own.map((set) => new Set([...set].filter(isTag)));
}

const entityTags = (pool: readonly Example[], knowledge: Knowledge): Set<string>[] =>
  pool.map(
    (example) =>
      new Set(
        knowledge
          .link(fullText(example))
          .flatMap(({ entityId }) => [entityId, `type:${knowledge.entities.get(entityId)?.type}`]),
      ),
  );

export const instag = defineSelector({
  type: 'instag',
  title: 'Complexity first (InsTag-style)',
  summary:
    'One set for all queries: items with most tags first, each with a tag that is new. There is no tagging model here; words of the pool or linked entities stand in for its tags.',
  source: 'rule of InsTag (Lu et al. 2023), 2308.07074, with tags of ours; METHODS 8.4',
  evidence: 'ours',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => false,
  needsEmbed: () => false,
  fields: {
    tags: choice(
      'Tags',
      'What stands in for the tags of a tagging model.',
      [
        { value: 'words', label: 'words that some texts share, not too many' },
        { value: 'entities', label: 'linked entities and their types' },
      ],
      'words',
    ),
  },
  prepare: async ({ pool, shots, knowledge }, { tags }) => {
    const own = tags === 'words' ? wordTags(pool) : entityTags(pool, knowledge);
    const chosen = complexityFirst(own, shots).map((i) => ({
      example: pool[i] as Example,
      why: { reason: 'has many tags, one of them new', figures: { tags: own[i]?.size ?? 0 }, shared: [] },
    }));
    return () => chosen;
  },
});
