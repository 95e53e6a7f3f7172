import { choice } from '../options.ts';
import { CUE, pieceOf, recall, thoughtText, writingFields } from './cues.ts';
import { factText } from './facts.ts';
import { defineRumination, type Outcome, type RuminationContext, together } from './rumination.ts';

type Options = { readonly tokens: number; readonly temperature: number };

/** Writes on after the whole prompt and the cue; the answer is then scored after what it wrote, in the same context. */
async function writeOn(
  context: RuminationContext,
  options: Options,
  demoThoughts: ReadonlyMap<string, string>,
): Promise<Outcome> {
  const fitted = await context.fewShot({ thought: CUE, demoThoughts, room: options.tokens });
  if (fitted === null) return 'too-long';
  return {
    requests: [{ ...recall(context, CUE, options), prompt: fitted.throughThought }],
    next: async ([generated = '']) => ({ ...together([await pieceOf(context, CUE, generated)]), demoThoughts }),
  };
}

export const oneCall = defineRumination({
  type: 'one-call',
  title: 'As far as I know, in one call',
  summary:
    'The demos show knowledge before their answer; the model goes on from the cue with its own, and its answer is scored right after.',
  source:
    'Knowledge Rumination (Yao et al. 2023), the structure of its released notebooks; scoring in place of parsing; METHODS 2.3, 2.4 A',
  evidence: 'verified',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: false,
  fields: {
    shown: choice(
      'Demos show',
      'Where the knowledge in the demos comes from; the paper had it written by hand.',
      [
        { value: 'written', label: 'what the model writes about each' },
        { value: 'facts', label: 'facts of the knowledge base, where there are any' },
      ],
      'written',
    ),
    ...writingFields,
  },
  plan: async (context, options) => {
    const demos = context.demos();
    if (options.shown === 'facts') {
      const texts = new Map<string, string>();
      for (const demo of demos) {
        const text = await factText(context, demo.query, options.tokens);
        if (text !== '') texts.set(demo.id, `${CUE} ${text}`);
      }
      return writeOn(context, options, texts);
    }
    return {
      requests: demos.map((demo) => recall(demo, CUE, options)),
      next: (written) =>
        writeOn(context, options, new Map(demos.map((demo, i) => [demo.id, thoughtText(CUE, written[i] ?? '')]))),
    };
  },
});
