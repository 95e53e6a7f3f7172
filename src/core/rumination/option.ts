import { specError } from '../errors.ts';
import { mentionsOf, recallAll, writingFields } from './cues.ts';
import { defineRumination } from './rumination.ts';

/** The cue of the question sets (METHODS 2.1): the concept that is asked about, and one answer. */
export const optionCue = (concept: string | undefined, option: string): string =>
  concept === undefined ? `About ${option}, I know` : `About ${concept} and ${option}, I know`;

export const option = defineRumination({
  type: 'option',
  title: 'About the name and each option, I know',
  summary:
    'Writes one line for each option of a question, after a cue that names the first linked name of the question and the option; each option is scored after its own line. It sees the options and costs as many prompts as there are: not to be held against a rumination of one line without saying so.',
  source:
    'Knowledge Rumination (Yao et al. 2023), 2305.08732, the cue of its code for CommonsenseQA; a call of its own for it is ours; METHODS 2.1, 2.5',
  evidence: 'verified',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: true,
  needsOptions: true,
  fields: writingFields,
  plan: async (context, options) => {
    const answers = context.query.options;
    if (answers === undefined)
      throw specError(
        'This rumination asks about the options of a question, and these data have none. Choose another.',
      );
    const [concept] = mentionsOf(context, 1);
    const cues = answers.map((answer) => ({ cue: optionCue(concept, answer), seed: context.seed }));
    return recallAll(context, cues, options, (pieces) => ({
      pieces,
      asks: pieces.map((_, i) => ({ pieces: [i], order: 0 })),
      combine: 'own',
    }));
  },
});
