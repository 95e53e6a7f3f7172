import type { FfnRows, Injection, PrefixStates } from '../../core/model/latent.ts';
import type { ModelConfig } from './config.ts';
import { badRequest } from './core.ts';
import { keyWidth } from './weights.ts';

/** An injection that fits the model, and where its places stand: prefix, start token, soft tokens, text. */
export interface Change {
  readonly ffn: FfnRows | undefined;
  readonly prefix: PrefixStates | undefined;
  readonly soft: Float32Array | undefined;
  /** Places of the prefix. */
  readonly prefixCount: number;
  readonly softCount: number;
}

export const NO_PLACES = { prefixCount: 0, softCount: 0 } as const;

type Places = Pick<Change, 'prefixCount' | 'softCount'>;

/** Places that the change adds before a text's second token. */
export const placesOf = ({ prefixCount, softCount }: Places): number => prefixCount + softCount;

/** A text's tokens with the places of the change among them; these carry their own numbers in place of token ids. */
export function laidOut({ prefixCount, softCount }: Places, tokens: readonly number[]): number[] {
  const places = (count: number) => Array.from({ length: count }, (_, i) => i);
  return [...places(prefixCount), ...tokens.slice(0, 1), ...places(softCount), ...tokens.slice(1)];
}

export function changeOf(config: ModelConfig, { ffn, prefix, soft }: Injection): Change {
  const { hidden, layers } = config;
  if (ffn !== undefined) {
    if (!Number.isInteger(ffn.layer) || ffn.layer < 0 || ffn.layer >= layers)
      throw refused(`there is no layer ${ffn.layer}; this model has layers 0 to ${layers - 1}`);
    requireRows('The keys of the added rows', ffn.keys, hidden);
    requireRows('The values of the added rows', ffn.values, hidden);
    if (ffn.keys.length !== ffn.values.length) throw refused('there are not as many keys as values');
  }
  if (prefix !== undefined) {
    requireRows('The keys of the prefix', prefix.keys, layers * keyWidth(config));
    requireRows('The values of the prefix', prefix.values, layers * keyWidth(config));
    if (prefix.keys.length !== prefix.values.length) throw refused('the prefix has not as many keys as values');
  }
  if (soft !== undefined) requireRows('The soft tokens', soft, hidden);
  return {
    ffn,
    prefix,
    soft,
    prefixCount: prefix === undefined ? 0 : prefix.keys.length / (layers * keyWidth(config)),
    softCount: soft === undefined ? 0 : soft.length / hidden,
  };
}

function requireRows(what: string, values: Float32Array, width: number): void {
  if (values.length % width !== 0) throw refused(`${what} are ${values.length} numbers, not a multiple of ${width}`);
  if (!values.every(Number.isFinite)) throw refused(`${what} hold a number that is not finite`);
}

const refused = (why: string) => badRequest(`The model cannot be changed so: ${why}.`);
