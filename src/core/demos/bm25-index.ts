export interface Bm25Parameters {
  readonly k1: number;
  readonly b: number;
  /** `lucene`: ln(1 + (N-n+.5)/(n+.5)). `okapi`: ln((N-n+.5)/(n+.5)), negatives replaced by epsilon x mean idf. */
  readonly idf: 'lucene' | 'okapi';
  readonly epsilon?: number;
}

export const LUCENE: Bm25Parameters = { k1: 1.2, b: 0.75, idf: 'lucene' };
export const OKAPI: Bm25Parameters = { k1: 1.5, b: 0.75, idf: 'okapi', epsilon: 0.25 };

/**
 * BM25 over tokenised documents (METHODS 3, golden vector 13.4): the factor k1 + 1 is kept, repeated query words
 * count each time.
 */
export class Bm25Index {
  readonly #parameters: Bm25Parameters;
  readonly #size: number;
  readonly #lengths: readonly number[];
  readonly #meanLength: number;
  readonly #postings = new Map<string, { doc: number; count: number }[]>();
  readonly #idf = new Map<string, number>();

  constructor(documents: readonly (readonly string[])[], parameters: Bm25Parameters) {
    this.#parameters = parameters;
    this.#size = documents.length;
    this.#lengths = documents.map((d) => d.length);
    this.#meanLength = this.#lengths.reduce((a, b) => a + b, 0) / Math.max(1, documents.length);
    documents.forEach((document, doc) => {
      const counts = new Map<string, number>();
      for (const word of document) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, count] of counts) {
        const list = this.#postings.get(word);
        if (list === undefined) this.#postings.set(word, [{ doc, count }]);
        else list.push({ doc, count });
      }
    });
    this.#fillIdf();
  }

  #fillIdf(): void {
    const n = this.#size;
    let sum = 0;
    for (const [word, list] of this.#postings) {
      const odds = (n - list.length + 0.5) / (list.length + 0.5);
      const idf = this.#parameters.idf === 'lucene' ? Math.log(1 + odds) : Math.log(odds);
      this.#idf.set(word, idf);
      sum += idf;
    }
    if (this.#parameters.idf === 'lucene') return;
    const floor = ((this.#parameters.epsilon ?? 0.25) * sum) / Math.max(1, this.#postings.size);
    for (const [word, idf] of this.#idf) if (idf < 0) this.#idf.set(word, floor);
  }

  /** One score a document, and the query words that each document has. */
  search(query: readonly string[]): { scores: Float64Array; matched: ReadonlyMap<number, ReadonlySet<string>> } {
    const { k1, b } = this.#parameters;
    const scores = new Float64Array(this.#size);
    const matched = new Map<number, Set<string>>();
    for (const word of query) {
      const idf = this.#idf.get(word) ?? 0;
      for (const { doc, count } of this.#postings.get(word) ?? []) {
        const length = 1 - b + (b * (this.#lengths[doc] as number)) / this.#meanLength;
        scores[doc] = (scores[doc] as number) + (idf * count * (k1 + 1)) / (count + k1 * length);
        const seen = matched.get(doc);
        if (seen === undefined) matched.set(doc, new Set([word]));
        else seen.add(word);
      }
    }
    return { scores, matched };
  }
}
