import type { Answerer } from './answerer.ts';
import { channel } from './channel.ts';
import { channelEnsemble } from './channel-ensemble.ts';
import { majority } from './majority.ts';
import { model } from './model.ts';
import { vote } from './vote.ts';

/** Every way of answering, by its `type` in specs and links. A new one is a file and a line here. */
export const answerers = { model, channel, 'channel-ensemble': channelEnsemble, vote, majority } satisfies Record<
  string,
  Pick<Answerer, 'type'>
>;
