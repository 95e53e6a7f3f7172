import { specError } from '../errors.ts';
import { choice, number, toggle } from '../options.ts';
import { CUE, MOST_MENTIONS, mentionCue, mentionsOf, recallAll, taskCue, writingFields } from './cues.ts';
import { defineRumination, type Piece, PLAIN, type Review, together } from './rumination.ts';

type Aggregate = 'concat' | 'best' | 'mixture' | 'product';

/** One prompt a piece, or one with all. `best` has the prompt without a piece among them, as GKP does. */
export function gathered(pieces: readonly Piece[], how: Aggregate): Review {
  if (pieces.length === 0 || how === 'concat') return together(pieces);
  const asks = pieces.map((_, i) => ({ pieces: [i], order: 0 }));
  return { pieces, asks: how === 'best' ? [PLAIN, ...asks] : asks, combine: how };
}

export const several = defineRumination({
  type: 'several',
  title: 'Several cues',
  summary: 'Writes after several cues, or several times after one, and brings what comes of it together.',
  source:
    'Knowledge Rumination (Yao et al. 2023) for the cues, Generated Knowledge Prompting (Liu et al. 2022) for the best of several; METHODS 2.4 A',
  evidence: 'ours',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: true,
  fields: {
    background: toggle('As far as I know', 'The background cue.', true),
    mention: toggle('About each name', 'One cue a linked name of the query.', true),
    task: toggle('About the task', 'The cue that names the task.', true),
    names: MOST_MENTIONS,
    samples: number('Times', 'How often is written after each cue, with another seed each time.', {
      min: 1,
      max: 8,
      step: 1,
      default: 1,
    }),
    aggregate: choice(
      'Together by',
      'How the pieces become one answer.',
      [
        { value: 'concat', label: 'all in one prompt' },
        { value: 'best', label: 'the surest prompt, none among them (GKP)' },
        { value: 'mixture', label: 'mean of the distributions' },
        { value: 'product', label: 'product of the distributions' },
      ],
      'mixture',
    ),
    ...writingFields,
  },
  plan: async (context, options) => {
    const { background, mention, task, names, samples, aggregate } = options;
    if (!background && !mention && !task)
      throw specError('"Several cues" has no cue. Switch on one of them, or set rumination to none.');
    const cues = [
      ...(background ? [CUE] : []),
      ...(mention ? mentionsOf(context, names).map(mentionCue) : []),
      ...(task ? [taskCue(context.taskName)] : []),
    ];
    // The first time has the seed of the single forms, so that it writes what they do.
    const times = cues.flatMap((cue) =>
      Array.from({ length: samples }, (_, i) => ({ cue, seed: (context.seed + i) >>> 0 })),
    );
    return recallAll(context, times, options, (pieces) => gathered(pieces, aggregate));
  },
});
