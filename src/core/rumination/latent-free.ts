import { specError } from '../errors.ts';
import type { Injection } from '../model/latent.ts';
import { number } from '../options.ts';
import { CUE, recall } from './cues.ts';
import { cueText, finalStates, lengthOf, rowsOf, type States, stateFields } from './latent-states.ts';
import { defineRumination, type Learned, type Outcome, PLAIN, type RuminationContext } from './rumination.ts';

interface Taking {
  readonly states: number;
  readonly source: 'cue' | 'written';
}

/** Takes the states, from the cue or from tokens written greedily after it, and makes a change of them. */
export async function injected(
  context: RuminationContext,
  { states, source }: Taking,
  injectionOf: (states: States) => Injection,
  learned?: Learned,
): Promise<Outcome> {
  const tools = context.latent();
  const from = async (text: string): Promise<Outcome> => ({
    pieces: [],
    asks: [PLAIN],
    combine: 'single',
    injection: injectionOf(await finalStates(tools, context.count, text, states)),
    ...(learned === undefined ? {} : { learned }),
  });
  const prompt = cueText(context);
  if (source === 'cue') return from(prompt);
  return {
    requests: [{ ...recall(context, CUE, { tokens: states, temperature: 0 }), stop: [] }],
    next: ([written = '']) => from(`${prompt}${written}`),
  };
}

/** Each row scaled to a length. */
export function scaledTo(length: number, rows: Float32Array, width: number): Float32Array {
  const scaled = rows.slice();
  for (const row of rowsOf(scaled, width)) {
    const scale = length / Math.max(1e-12, lengthOf(row));
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) * scale;
  }
  return scaled;
}

const gain = (help: string) => number('Gain', help, { min: 0, max: 4, step: 0.05, default: 0.25 });

export const latentRows = defineRumination({
  type: 'latent-rows',
  title: 'Rows in the feed-forward (exploration)',
  summary:
    'The states at the end of the query and its cue become extra rows of a feed-forward: keys r/|r|, values gain times r at the size of that feed-forward. Nothing is trained; an exploration, not the method of the paper.',
  source: 'ours, after the rows of Knowledge Rumination (Yao et al. 2023); METHODS 2.2, 2.4 B',
  evidence: 'ours',
  kind: 'latent',
  needs: ['latent'],
  needsKnowledge: false,
  fields: {
    layer: number('Layer', 'Counted from the top: 1 is the last layer.', { min: 1, max: 64, step: 1, default: 1 }),
    gain: gain('How strong the rows are; 0 changes nothing.'),
    ...stateFields,
  },
  plan: async (context, { layer, gain, ...taking }) => {
    const { shape } = context.latent();
    if (layer > shape.layers)
      throw specError(
        `There is no layer ${layer} from the top; this model has ${shape.layers}. Choose a lower number.`,
      );
    const at = shape.layers - layer;
    return injected(context, taking, ({ rows, ffnNorms }) => ({
      ffn: {
        layer: at,
        keys: scaledTo(1, rows, shape.hidden),
        values: scaledTo(gain * (ffnNorms[at] as number), rows, shape.hidden),
      },
    }));
  },
});

export const latentSoft = defineRumination({
  type: 'latent-soft',
  title: 'Soft tokens at the start (exploration)',
  summary:
    'The states at the end of the query and its cue stand as soft tokens right after the start token, at gain times the length of an embedding. Nothing is trained; an exploration, not the method of the paper.',
  source: 'ours, after the concat form of Knowledge Rumination (Yao et al. 2023); METHODS 2.2, 2.4 B',
  evidence: 'ours',
  kind: 'latent',
  needs: ['latent'],
  needsKnowledge: false,
  fields: { gain: gain('How long the soft tokens are against an embedding.'), ...stateFields },
  plan: async (context, { gain, ...taking }) => {
    const { shape } = context.latent();
    return injected(context, taking, ({ rows, embeddingNorm }) => ({
      soft: scaledTo(gain * embeddingNorm, rows, shape.hidden),
    }));
  },
});
