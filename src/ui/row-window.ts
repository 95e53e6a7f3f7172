/**
 * Where rows of unequal height begin, and at the end where the last one ends: `count + 1` numbers, in pixels.
 * @param heightOf `undefined` for a row that was not measured yet; it counts as `usual`.
 */
export function rowStarts(count: number, usual: number, heightOf: (row: number) => number | undefined): Float64Array {
  const starts = new Float64Array(count + 1);
  for (let row = 0; row < count; row++) starts[row + 1] = (starts[row] as number) + (heightOf(row) ?? usual);
  return starts;
}

/** The row at this distance from the beginning of the first; the nearest one outside of the list. */
export function rowAt(starts: Float64Array, pixels: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= pixels) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Rows of which a part lies between `top` and `bottom`, `over` more on both sides, and `always`; in order. */
export function rowsInSight(
  starts: Float64Array,
  { top, bottom, over, always }: { top: number; bottom: number; over: number; always: number },
): number[] {
  const count = starts.length - 1;
  if (count === 0) return [];
  const first = Math.max(0, rowAt(starts, top) - over);
  const last = Math.min(count - 1, rowAt(starts, bottom) + over);
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (always < first) return [always, ...rows];
  return always > last && always < count ? [...rows, always] : rows;
}

/** Where a box of this height has to be scrolled so that the row is in sight; as it is, if it is. */
export function scrollFor(starts: Float64Array, row: number, { top, height }: { top: number; height: number }): number {
  const start = starts[row] as number;
  if (start < top) return start;
  return Math.max(top, Math.min(start, (starts[row + 1] as number) - height));
}
