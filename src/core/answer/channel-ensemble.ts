import type { AskingAnswerer, PromptDemo } from './answerer.ts';
import { channelLogprobs, channelRequests, channelSegments } from './channel.ts';

/** Each demo alone; without demos the bare label. */
const apart = (demos: readonly PromptDemo[]): readonly (readonly PromptDemo[])[] =>
  demos.length === 0 ? [[]] : demos.map((demo) => [demo]);

/**
 * The ensemble of the channel (Min et al. 2022): sum over the demos d of log P(x | d turned round, word(y)), with a uniform
 * P(y). The prompt that is shown is that of the last demo, the nearest where the nearest come last.
 */
export const channelEnsemble = {
  type: 'channel-ensemble',
  title: 'Channel, each demo alone',
  summary:
    'Turns the prompt round and asks it once for each demo alone, adding up how likely the text is after each label. Their order plays no part; costs one scoring of the text a label and demo. The prompt shown is that of the last demo.',
  source: 'Min et al. 2022, ensemble; METHODS 4 (channel)',
  evidence: 'verified',
  fields: {},
  ignores: ['ruminate', 'tune'],
  asks: true,
  wordFollows: false,
  segments: (context, demos, answer) => channelSegments(context, demos.slice(-1), answer),
  requests: (context, demos) => apart(demos).flatMap((own) => channelRequests(context, own)),
  logprobs: channelLogprobs,
} as const satisfies AskingAnswerer<Record<never, never>>;
