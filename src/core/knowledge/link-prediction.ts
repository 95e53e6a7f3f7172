import type { Stream } from '../random/stream.ts';
import type { IndexTriple } from './transe.ts';

/** Vectors of entities and relations, row-major. */
export interface Embedding {
  readonly entities: ArrayLike<number>;
  readonly relations: ArrayLike<number>;
  readonly dimension: number;
}

/** How well a missing head or tail is found again among all entities. */
export interface RankFigures {
  readonly questions: number;
  readonly meanRank: number;
  /** Mean of 1 / rank. */
  readonly reciprocalRank: number;
  readonly hitsAt10: number;
}

/**
 * Sets triples aside at random, only such that head, tail and relation still occur in what is left.
 * @param share of the triples, at most.
 */
export function holdOut(
  triples: readonly IndexTriple[],
  share: number,
  random: Stream,
): { train: IndexTriple[]; test: IndexTriple[] } {
  const count = new Map<string, number>();
  const keys = ([h, r, t]: IndexTriple) => [`e${h}`, `e${t}`, `r${r}`];
  for (const triple of triples) for (const key of keys(triple)) count.set(key, (count.get(key) ?? 0) + 1);
  const train = [...triples];
  const test: IndexTriple[] = [];
  for (let tries = triples.length; tries > 0 && test.length < share * triples.length; tries--) {
    const at = random.below(train.length);
    const triple = train[at] as IndexTriple;
    const own = keys(triple);
    if (own.some((key) => (count.get(key) as number) <= own.filter((k) => k === key).length)) continue;
    for (const key of own) count.set(key, (count.get(key) as number) - 1);
    test.push(triple);
    train[at] = train.at(-1) as IndexTriple;
    train.pop();
  }
  return { train, test };
}

/**
 * Ranks of the true entity for each test triple with its tail, then with its head taken out. Other entities that make a
 * known triple are not counted (filtered ranks); of equals half come first.
 * @param costOf of each entity as the missing one; low is good.
 */
function ranks(
  test: readonly IndexTriple[],
  known: readonly IndexTriple[],
  entityCount: number,
  costOf: (triple: IndexTriple, end: 'head' | 'tail') => (entity: number) => number,
): RankFigures {
  const answers = new Map<string, Set<number>>();
  const key = ([h, r, t]: IndexTriple, end: 'head' | 'tail') => (end === 'tail' ? `${h} ${r}` : `${r} ${t}`);
  for (const triple of known) {
    for (const end of ['head', 'tail'] as const) {
      const own = answers.get(key(triple, end) + end) ?? new Set();
      answers.set(key(triple, end) + end, own.add(end === 'tail' ? triple[2] : triple[0]));
    }
  }
  let [sum, reciprocal, hits] = [0, 0, 0];
  for (const triple of test) {
    for (const end of ['head', 'tail'] as const) {
      const own = end === 'tail' ? triple[2] : triple[0];
      const others = answers.get(key(triple, end) + end);
      const cost = costOf(triple, end);
      const mine = cost(own);
      let [better, equal] = [0, 0];
      for (let entity = 0; entity < entityCount; entity++) {
        if (entity === own || others?.has(entity) === true) continue;
        const c = cost(entity);
        if (c < mine) better++;
        else if (c === mine) equal++;
      }
      const rank = 1 + better + equal / 2;
      sum += rank;
      reciprocal += 1 / rank;
      if (rank <= 10) hits++;
    }
  }
  const questions = 2 * test.length;
  return { questions, meanRank: sum / questions, reciprocalRank: reciprocal / questions, hitsAt10: hits / questions };
}

/** TransE: the squared distance |h + r - t|^2. */
export function embeddingRanks(
  { entities, relations, dimension: d }: Embedding,
  test: readonly IndexTriple[],
  known: readonly IndexTriple[],
): RankFigures {
  return ranks(test, known, entities.length / d, ([h, r, t], end) => {
    const target = Float64Array.from({ length: d }, (_, k) => {
      const step = relations[r * d + k] as number;
      return end === 'tail' ? (entities[h * d + k] as number) + step : (entities[t * d + k] as number) - step;
    });
    return (entity) => {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += ((target[k] as number) - (entities[entity * d + k] as number)) ** 2;
      return sum;
    };
  });
}

/** The baseline that knows the relation alone: entities by how often they stand at this end of it in `train`. */
export function frequencyRanks(
  entityCount: number,
  train: readonly IndexTriple[],
  test: readonly IndexTriple[],
  known: readonly IndexTriple[],
): RankFigures {
  const counts = new Map<string, number>();
  for (const [h, r, t] of train) {
    for (const key of [`${r} head ${h}`, `${r} tail ${t}`]) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return ranks(
    test,
    known,
    entityCount,
    ([, r], end) =>
      (entity) =>
        -(counts.get(`${r} ${end} ${entity}`) ?? 0),
  );
}

/** What guessing gives: every entity alike. */
export const chanceRanks = (
  entityCount: number,
  test: readonly IndexTriple[],
  known: readonly IndexTriple[],
): RankFigures => ranks(test, known, entityCount, () => () => 0);
