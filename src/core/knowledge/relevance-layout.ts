import type { LinkedText } from './relevance.ts';

export type Vectors = (entityId: string) => ArrayLike<number> | undefined;

/** Lists end to end: list `i` is `values` from `starts[i]` up to `starts[i + 1]`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly values: Int32Array;
}

/**
 * A pool by distinct text (entry) and by entity. Entities are numbered, those that have a vector first.
 * Memory: 8 bytes a number of the entities' vectors, 8 bytes for each entity of each entry, some 60 bytes an entry.
 */
export interface RelevanceLayout {
  /** In the order of their first item. */
  readonly entries: readonly LinkedText[];
  /** Items of each entry, in rising order. */
  readonly items: readonly (readonly number[])[];
  /** Entities of each entry. */
  readonly sizes: Int32Array;
  readonly numberOf: ReadonlyMap<string, number>;
  /** [rowCount][width]: one row an entity with a vector, then rows of zeros up to a multiple of `ROWS`. */
  readonly vectors: Float64Array;
  readonly vectorCount: number;
  readonly rowCount: number;
  readonly width: number;
  /** Squared length of each entry's mean; 0 without one. */
  readonly squares: Float64Array;
  /** Entries without a mean. */
  readonly blank: readonly number[];
  /** Entities with a vector of each entry. */
  readonly members: Lists;
  /** Entries of each entity, by rising square. */
  readonly postings: Lists;
  /** The least and the greatest of these squares of each entity, so that most lists need not be opened. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}

/** Vectors multiplied side by side, so that four running sums hide the time of an addition. */
const ROWS = 4;

/** @param vectorOf the vectors that the means of the pool were made from. */
export function layOut(pool: readonly LinkedText[], vectorOf: Vectors): RelevanceLayout {
  const entries: LinkedText[] = [];
  const items: number[][] = [];
  const known = new Map<string, number>();
  pool.forEach((text, index) => {
    const key = [...text.entities].join('\u0000');
    const found = known.get(key);
    if (found !== undefined) {
      items[found]?.push(index);
      return;
    }
    known.set(key, entries.push(text) - 1);
    items.push([index]);
  });
  const vectorOfId = new Map<string, ArrayLike<number> | undefined>();
  for (const { entities } of entries)
    for (const id of entities) if (!vectorOfId.has(id)) vectorOfId.set(id, vectorOf(id));
  const withVector = [...vectorOfId].flatMap(([id, vector]) => (vector === undefined ? [] : [{ id, vector }]));
  const without = [...vectorOfId].flatMap(([id, vector]) => (vector === undefined ? [id] : []));
  const numberOf = new Map([...withVector.map(({ id }) => id), ...without].map((id, number) => [id, number]));
  const width = withVector[0]?.vector.length ?? 0;
  const rowCount = Math.ceil(withVector.length / ROWS) * ROWS;
  const vectors = new Float64Array(rowCount * width);
  withVector.forEach(({ vector }, number) => {
    vectors.set(vector, number * width);
  });
  const squares = Float64Array.from(entries, ({ mean }) => (mean === undefined ? 0 : dot(mean, mean)));
  const numbers = entries.map(({ entities }) => Array.from(entities, (id) => numberOf.get(id) as number));
  const bySquare = Int32Array.from(entries.keys()).sort((a, b) => (squares[a] as number) - (squares[b] as number));
  const postings = inverted(numbers, bySquare, numberOf.size);
  const squareAt = (at: number) => squares[postings.values[at] as number] as number;
  return {
    entries,
    items,
    sizes: Int32Array.from(numbers, ({ length }) => length),
    numberOf,
    vectors,
    vectorCount: withVector.length,
    rowCount,
    width,
    squares,
    blank: entries.flatMap(({ mean }, entry) => (mean === undefined ? [entry] : [])),
    members: endToEnd(numbers.map((of) => of.filter((number) => number < withVector.length))),
    postings,
    least: Float64Array.from(postings.starts.subarray(0, -1), (from) => squareAt(from)),
    greatest: Float64Array.from(postings.starts.subarray(1), (to) => squareAt(to - 1)),
  };
}

/** Dot product of each row with a vector. @param into [rowCount] */
export function multiply({ vectors, rowCount, width }: RelevanceLayout, by: Float64Array, into: Float64Array): void {
  for (let row = 0; row < rowCount; row += ROWS) {
    let at = row * width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0; k < width; k++, at++) {
      const x = by[k] as number;
      a += (vectors[at] as number) * x;
      b += (vectors[at + width] as number) * x;
      c += (vectors[at + 2 * width] as number) * x;
      d += (vectors[at + 3 * width] as number) * x;
    }
    into[row] = a;
    into[row + 1] = b;
    into[row + 2] = c;
    into[row + 3] = d;
  }
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

function endToEnd(lists: readonly (readonly number[])[]): Lists {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    starts[i + 1] = (starts[i] as number) + list.length;
  });
  const values = new Int32Array(starts[lists.length] as number);
  lists.forEach((list, i) => {
    values.set(list, starts[i]);
  });
  return { starts, values };
}

/** For each number the lists that hold it, in the given order of the lists. */
function inverted(lists: readonly (readonly number[])[], order: Int32Array, count: number): Lists {
  const starts = new Int32Array(count + 1);
  for (const list of lists) for (const number of list) starts[number + 1] = (starts[number + 1] as number) + 1;
  for (let number = 0; number < count; number++)
    starts[number + 1] = (starts[number + 1] as number) + (starts[number] as number);
  const next = starts.slice(0, count);
  const values = new Int32Array(starts[count] as number);
  for (const list of order) {
    for (const number of lists[list] as readonly number[]) {
      const at = next[number] as number;
      values[at] = list;
      next[number] = at + 1;
    }
  }
  return { starts, values };
}
