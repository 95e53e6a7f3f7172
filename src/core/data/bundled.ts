import { type Assets, readText } from '../assets.ts';
import { dataError } from '../errors.ts';
import { parseDataset } from './card.ts';
import type { Dataset } from './example.ts';

/** The sets that come with the playground; each is a folder of `public/datasets`. */
export const datasetCatalog = [
  { id: 'topic', title: 'News topic' },
  { id: 'sentiment', title: 'Film and product sentiment' },
  { id: 'question-type', title: 'Question type' },
  { id: 'inference-two', title: 'Inference, two ways' },
  { id: 'inference-three', title: 'Inference, three ways' },
  { id: 'commitment', title: 'Speaker commitment' },
  { id: 'answer-in-sentence', title: 'Answer in sentence' },
  { id: 'paraphrase', title: 'Paraphrase' },
  { id: 'common-sense', title: 'Common sense' },
  { id: 'science', title: 'Science' },
  { id: 'social', title: 'Social sense' },
  { id: 'physical', title: 'Physical sense' },
] as const;

export async function loadDataset(assets: Assets, id: string): Promise<Dataset> {
  if (!datasetCatalog.some((entry) => entry.id === id)) {
    const known = datasetCatalog.map((entry) => entry.id).join(', ');
    throw dataError(`There is no bundled set "${id}". Bundled: ${known}. Own data runs with "knowshot eval".`);
  }
  const folder = `datasets/${id}`;
  const [card, pool, evaluation] = await Promise.all(
    ['card.json', 'pool.jsonl', 'eval.jsonl'].map((file) => readText(assets, `${folder}/${file}`)),
  );
  return parseDataset({ card: card ?? '', pool: pool ?? '', eval: evaluation ?? '' }, folder);
}
