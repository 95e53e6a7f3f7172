import { words } from '../words.ts';
import { type Example, fullText } from './example.ts';

/**
 * Multinomial naive Bayes over words with add-one smoothing, learned from `train`: the baseline that tells a set that
 * words alone decide from one that asks for more.
 * @returns the predicted label of each example of `test`; ties go to the label that comes first in the alphabet.
 */
export function bagOfWords(train: readonly Example[], test: readonly Example[]): string[] {
  const labels = [...new Set(train.map((example) => example.label))].sort();
  const vocabulary = new Set<string>();
  const models = labels.map((label) => {
    const own = train.filter((example) => example.label === label);
    const counts = new Map<string, number>();
    let total = 0;
    for (const word of own.flatMap((example) => words(fullText(example)))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      vocabulary.add(word);
      total++;
    }
    return { label, prior: Math.log(own.length / train.length), counts, total };
  });
  return test.map((example) => {
    const known = words(fullText(example)).filter((word) => vocabulary.has(word));
    const scores = models.map(({ prior, counts, total }) =>
      known.reduce((sum, word) => sum + Math.log(((counts.get(word) ?? 0) + 1) / (total + vocabulary.size)), prior),
    );
    return labels[scores.indexOf(Math.max(...scores))] as string;
  });
}
