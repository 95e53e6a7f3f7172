import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bm25Index, LUCENE, OKAPI } from '../../../src/core/demos/bm25-index.ts';
import { topIndices } from '../../../src/core/demos/rank.ts';
import { sparseCosine, TfIdf } from '../../../src/core/demos/tfidf.ts';
import { words } from '../../../src/core/words.ts';
import { expectNear } from '../../support/near.ts';

const documents = ['the cat sat on the mat', 'a dog chased the cat', 'stock prices fell sharply', 'the dog sat'].map(
  words,
);
const query = words('the dog and the cat');

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const document = fc.array(word, { maxLength: 8 });

describe('BM25, golden vector 13.4', () => {
  it('with the idf of Okapi', () => {
    expectNear(new Bm25Index(documents, OKAPI).search(query).scores, [0.318876, 0.235361, 0, 0.290739]);
  });

  it('with the idf of Lucene', () => {
    expectNear(new Bm25Index(documents, LUCENE).search(query).scores, [1.506752, 2.008355, 0, 1.628576]);
  });

  it('ranks the first two documents the other way round in the two variants', () => {
    expect(topIndices(new Bm25Index(documents, OKAPI).search(query).scores, 4)).toEqual([0, 3, 1, 2]);
    expect(topIndices(new Bm25Index(documents, LUCENE).search(query).scores, 4)).toEqual([1, 3, 0, 2]);
  });
});

describe('BM25', () => {
  it('scores nothing for words that no document has', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), fc.constantFrom(LUCENE, OKAPI), (docs, variant) => {
        const { scores, matched } = new Bm25Index(docs, variant).search(['absent', 'constructor', '__proto__']);
        expect([...scores]).toEqual(docs.map(() => 0));
        expect(matched.size).toBe(0);
      }),
    );
  });

  it('in the Lucene variant is never negative and positive exactly for documents that share a word', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 6 }), document, (docs, asked) => {
        const { scores, matched } = new Bm25Index(docs, LUCENE).search(asked);
        docs.forEach((doc, i) => {
          const shared = doc.filter((w) => asked.includes(w));
          expect((scores[i] as number) > 0).toBe(shared.length > 0);
          expect(new Set(matched.get(i) ?? [])).toEqual(new Set(shared));
        });
      }),
    );
  });

  it('counts a repeated query word each time', () => {
    const index = new Bm25Index(documents, LUCENE);
    const [once, twice] = [index.search(['dog']).scores, index.search(['dog', 'dog']).scores];
    expectNear(
      twice,
      [...once].map((x) => 2 * x),
    );
  });

  it('survives an empty pool and empty documents', () => {
    expect(new Bm25Index([], OKAPI).search(['a']).scores).toHaveLength(0);
    expect([...new Bm25Index([[], []], LUCENE).search(['a']).scores]).toEqual([0, 0]);
  });
});

describe('words that retrieval counts', () => {
  it('are lower-cased runs of letters and digits, apostrophes kept inside', () => {
    expect(words("Don't STOP: 3 cafés—l’été!")).toEqual(["don't", 'stop', '3', 'cafés', 'l’été']);
    expect(words('')).toEqual([]);
  });
});

describe('tf-idf', () => {
  it('gives unit vectors, so that a text is nearest to itself', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 6 }), document, (docs, asked) => {
        const index = new TfIdf(docs.map((d) => d.join(' ')));
        const own = index.vector(asked.join(' '));
        const self = sparseCosine(own, own);
        expect(self === 0 || Math.abs(self - 1) < 1e-9).toBe(true);
        for (const doc of docs) {
          const other = sparseCosine(own, index.vector(doc.join(' ')));
          expect(other).toBeGreaterThanOrEqual(0);
          expect(other).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('gives no weight to words of every text nor to unknown ones', () => {
    const index = new TfIdf(['the cat', 'the dog']);
    expect(index.vector('the bird').get('the') ?? 0).toBe(0);
    expect(index.vector('bird').size).toBe(0);
  });
});
