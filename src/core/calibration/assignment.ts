/**
 * The one-to-one assignment of rows to columns with the largest sum of weights (Kuhn and Munkres), in O(n^3): rows come in
 * one by one, each along a shortest augmenting path over reduced costs.
 * @param weights [n][n], finite.
 * @returns the column of each row.
 */
export function assignment(weights: readonly (readonly number[])[]): number[] {
  const n = weights.length;
  const rowPrice = new Array<number>(n).fill(0);
  const columnPrice = new Array<number>(n + 1).fill(0);
  /** Row of each column, or -1; the last place stands for the row that is coming in. */
  const rowOf = new Array<number>(n + 1).fill(-1);
  for (let row = 0; row < n; row++) {
    const least = new Array<number>(n).fill(Infinity);
    const from = new Array<number>(n).fill(n);
    const reached = new Array<boolean>(n + 1).fill(false);
    rowOf[n] = row;
    let column = n;
    while (rowOf[column] !== -1) {
      reached[column] = true;
      const own = rowOf[column] as number;
      let step = Infinity;
      let nearest = n;
      for (let c = 0; c < n; c++) {
        if (reached[c]) continue;
        const cost = -(weights[own]?.[c] as number) - (rowPrice[own] as number) - (columnPrice[c] as number);
        if (cost < (least[c] as number)) {
          least[c] = cost;
          from[c] = column;
        }
        if ((least[c] as number) < step) {
          step = least[c] as number;
          nearest = c;
        }
      }
      for (let c = 0; c <= n; c++) {
        if (reached[c]) {
          const there = rowOf[c] as number;
          rowPrice[there] = (rowPrice[there] as number) + step;
          columnPrice[c] = (columnPrice[c] as number) - step;
        } else least[c] = (least[c] as number) - step;
      }
      column = nearest;
    }
    while (column !== n) {
      const previous = from[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    }
  }
  const columns = new Array<number>(n).fill(-1);
  for (let c = 0; c < n; c++) columns[rowOf[c] as number] = c;
  return columns;
}
