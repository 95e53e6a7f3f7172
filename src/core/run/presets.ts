import { parseSpec, type RunSpec } from './spec.ts';

export interface Preset {
  readonly id: string;
  readonly title: string;
  /** What the experiment asks. */
  readonly question: string;
  readonly spec: RunSpec;
}

const model = { engine: 'embedded', id: 'knowshot-mini' };

function preset(id: string, title: string, question: string, spec: Record<string, unknown>): Preset {
  const parsed = parseSpec({ version: 1, model, seed: 1, ...spec });
  if (!parsed.ok) throw new Error(`preset ${id}: ${parsed.problem}`);
  return { id, title, question, spec: parsed.spec };
}

const shots = 8;

export const presets: readonly Preset[] = [
  preset('four-ways', 'Four ways to prompt', 'Does it matter how eight examples are chosen, and does knowledge help?', {
    data: { id: 'topic' },
    limit: 120,
    arms: [
      { id: 'random', name: 'Random demos', select: { type: 'random' }, shots },
      { id: 'topk', name: 'Most similar demos', select: { type: 'topk' }, shots },
      { id: 'kict', name: 'Knowledge: KER + KPC', select: { type: 'ker-query' }, shots, calibrate: { type: 'kpc' } },
      {
        id: 'rumination',
        name: 'As far as I know',
        select: { type: 'random' },
        shots,
        ruminate: { type: 'background' },
      },
    ],
  }),
  preset(
    'kict',
    'KICT against random',
    'Do demos chosen by knowledge relevance, with a knowledge prior, beat random ones?',
    {
      data: { id: 'topic' },
      limit: 120,
      arms: [
        { id: 'random', name: 'Random', select: { type: 'random' }, shots },
        { id: 'ker', name: 'KER', select: { type: 'ker' }, shots },
        { id: 'ker-query', name: 'KER per query', select: { type: 'ker-query' }, shots },
        { id: 'kict', name: 'KER + KPC', select: { type: 'ker' }, shots, calibrate: { type: 'kpc' } },
      ],
    },
  ),
  preset('calibrate', 'Calibrate or not', 'Does dividing by a prior repair a biased prompt?', {
    data: { id: 'question-type' },
    limit: 120,
    arms: [
      { id: 'none', name: 'As it is', select: { type: 'random' }, shots },
      { id: 'cc', name: 'CC', select: { type: 'random' }, shots, calibrate: { type: 'cc' } },
      { id: 'kpc', name: 'KPC', select: { type: 'random' }, shots, calibrate: { type: 'kpc' } },
    ],
  }),
  preset('rumination', 'Rumination against filler', 'Is it what the model writes that helps, or only that it writes?', {
    data: { id: 'sentiment' },
    limit: 120,
    arms: [
      { id: 'none', name: 'Answer at once', select: { type: 'random' }, shots },
      {
        id: 'background',
        name: 'As far as I know',
        select: { type: 'random' },
        shots,
        ruminate: { type: 'background' },
      },
      { id: 'filler', name: 'Same-length filler', select: { type: 'random' }, shots, ruminate: { type: 'filler' } },
    ],
  }),
  preset('retrieval', 'What to retrieve by', 'Words, meaning or entities: which demos help most?', {
    data: { id: 'question-type' },
    limit: 120,
    arms: [
      { id: 'balanced', name: 'Balanced', select: { type: 'balanced' }, shots },
      { id: 'bm25', name: 'BM25', select: { type: 'bm25' }, shots },
      { id: 'topk', name: 'TopK', select: { type: 'topk' }, shots },
      { id: 'ker-query', name: 'KER per query', select: { type: 'ker-query' }, shots },
    ],
  }),
  preset(
    'questions',
    'How to read an answer off',
    'Which option wins: by its whole probability, by length, or by PMI?',
    {
      data: { id: 'science' },
      limit: 120,
      arms: [
        { id: 'sum', name: 'Sum over the tokens', select: { type: 'random' }, shots },
        { id: 'mean', name: 'Mean per token', select: { type: 'random' }, shots, score: 'mean' },
        { id: 'bytes', name: 'Sum per byte', select: { type: 'random' }, shots, score: 'bytes' },
        { id: 'pmi', name: 'PMI', select: { type: 'random' }, shots, calibrate: { type: 'pmi' } },
      ],
    },
  ),
  preset('no-model', 'Does the model beat a vote', 'Or do the labels of the nearest examples explain it?', {
    data: { id: 'topic' },
    limit: 120,
    arms: [
      { id: 'vote', name: 'Vote of the nearest, no model', select: { type: 'topk' }, shots, answer: { type: 'vote' } },
      { id: 'model', name: 'The model, same demos', select: { type: 'topk' }, shots },
      { id: 'channel', name: 'Channel, same demos', select: { type: 'topk' }, shots, answer: { type: 'channel' } },
      { id: 'majority', name: 'Commonest label', select: { type: 'random' }, shots: 0, answer: { type: 'majority' } },
    ],
  }),
];

export const defaultSpec: RunSpec = (presets[0] as Preset).spec;
