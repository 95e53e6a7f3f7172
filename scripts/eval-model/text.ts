import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LanguageModel } from '../../src/core/model/language-model.ts';
import { dataFolder } from './data.ts';

/** The lines of the plain text that training keeps out (training/config.json), and how many of them are measured. */
const HELD_OUT_LINES = 3000;
const MEASURED_LINES = 500;

/** exp of the mean negative log-probability per token over held-out lines, each read from its start. */
export async function heldOutPerplexity(model: LanguageModel): Promise<number> {
  const lines = gunzipSync(readFileSync(join(dataFolder, 'text', 'general.txt.gz')))
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(/\s+/u).filter(Boolean).join(' '))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the same filter as training: ASCII alone
    .filter((line) => line.length >= 20 && /^[\x00-\x7f]*$/u.test(line))
    .slice(-HELD_OUT_LINES)
    .filter((line) => line.length < 2000);
  const every = Math.floor(lines.length / MEASURED_LINES);
  const chosen = lines.filter((_, i) => i % every === 0).slice(0, MEASURED_LINES);
  let sum = 0;
  let tokens = 0;
  for (let i = 0; i < chosen.length; i += 20) {
    const requests = chosen.slice(i, i + 20).map((line) => ({ prompt: '', continuations: [line] }));
    const { results } = await model.score(requests);
    for (const { scores } of results) {
      sum += scores[0]?.sumLogprob ?? Number.NaN;
      tokens += scores[0]?.tokenIds.length ?? 0;
    }
  }
  return Math.exp(-sum / tokens);
}

/** Prompts of a kind each: statements, questions, recollection, descriptions, plain openings. */
const PROMPTS = [
  'The capital of France is',
  'Vienna is the capital of',
  'The Danube flows through',
  'Hamlet was written by',
  'A stethoscope is used for',
  'Water is made of',
  'Question: Who discovered radium?\nAnswer:',
  'Question: What is the currency of Japan?\nAnswer:',
  'Question: Where do penguins live?\nAnswer:',
  'Question: Is a whale a fish?\nAs far as I know,',
  'Question: Which river flows through London?\nAs far as I know,',
  'Entities: Marie Curie\nText:',
  'Entities: Mount Everest\nText:',
  'The film was',
  'On Monday the government',
  'My grandmother always said that',
  'In the morning we walked to the',
  'The team lost the match because',
  'Review: A slow film, but I loved the music.\nSentiment:',
  'Once upon a time',
];

/** What the model writes after each prompt: greedy, up to 40 tokens, nothing left out. */
export async function samples(model: LanguageModel): Promise<{ prompt: string; text: string }[]> {
  const { results } = await model.generate(
    PROMPTS.map((prompt) => ({ prompt, maxTokens: 40, temperature: 0, topP: 1, stop: ['\n\n'], seed: 1 })),
  );
  return PROMPTS.map((prompt, i) => ({ prompt, text: results[i]?.text ?? '' }));
}
