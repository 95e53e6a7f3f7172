import type { Inspection, InspectRequest, LensLayer, LensRequest } from '../../core/model/latent.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import { type Change, changeOf, laidOut, NO_PLACES, placesOf } from './change.ts';
import type { Core } from './core.ts';
import { badRequest, requireFits, withStart } from './core.ts';
import type { Observer } from './forward.ts';
import { scored } from './tokens.ts';

/** Runs a prompt anew, whatever the cache holds, and reads along. */
export async function inspect(core: Core, request: InspectRequest, slices: Slices): Promise<Inspection> {
  const { layers } = core.config;
  const tokens = withStart(core, request.prompt);
  const change = request.injection === undefined ? undefined : changeOf(core.config, request.injection);
  requireFits(core, placesOf(change ?? NO_PLACES) + tokens.length, 'The prompt');
  requireSane(request, tokens.length - ((change?.softCount ?? 0) > 0 ? 1 : 0), layers);
  const reading = new Reading(core, request, tokens.length, change);
  const { sequence, first } = reading;
  await core.walker.walk(
    {
      plan: buildPrefixTree([sequence]),
      wanted: new Uint8Array(sequence.length).fill(1),
      onHidden: () => {},
      observe: (nodes) => reading.observer(nodes),
      change,
      layers,
    },
    slices,
  );
  return {
    promptTokens: tokens.length,
    tokens: tokens.slice(first).map((id) => core.codec.text(id)),
    states: request.layers.map((layer) => reading.states[layer] as Float32Array),
    lens: request.lens === undefined ? [] : lens(core, request.prompt, tokens, request.lens, reading.lastStates),
    activations: Float32Array.from(reading.activations.flat()),
    ffnNorms: reading.normSums.map((sum) => sum / request.last),
  };
}

/** What is gathered on the way. The tokens to report are the last of the sequence, soft tokens never among them. */
class Reading {
  readonly sequence: readonly number[];
  /** The first reported token of the text. */
  readonly first: number;
  readonly states: (Float32Array | undefined)[];
  /** Of the last token after each layer. */
  readonly lastStates: Float32Array[] = [];
  readonly activations: number[][] = [];
  readonly normSums: number[];
  readonly #width: number;
  readonly #last: number;

  constructor(core: Core, request: InspectRequest, length: number, change: Change | undefined) {
    const { hidden, layers } = core.config;
    this.#width = hidden;
    this.#last = request.last;
    this.sequence = laidOut(change ?? NO_PLACES, withStart(core, request.prompt));
    this.first = length - request.last;
    this.normSums = new Array<number>(layers).fill(0);
    this.states = [];
    for (const layer of request.layers) this.states[layer] = new Float32Array(request.last * hidden);
  }

  observer(nodes: readonly number[]): Observer {
    const width = this.#width;
    const end = this.sequence.length;
    // Rows of the pass that are reported, and their place in the report.
    const reported = nodes.flatMap((node, row) => {
      const at = node - (end - this.#last);
      return at < 0 ? [] : [{ row, at }];
    });
    return {
      states: (layer, all) => {
        for (const { row, at } of reported) {
          const state = all.subarray(row * width, (row + 1) * width);
          this.states[layer]?.set(state, at * width);
          if (at === this.#last - 1) this.lastStates[layer] = state.slice();
        }
      },
      feedForward: (layer, _, before, after) => {
        for (const { row } of reported) {
          let squares = 0;
          for (let i = row * width; i < (row + 1) * width; i++)
            squares += ((after[i] as number) - (before[i] as number)) ** 2;
          this.normSums[layer] = (this.normSums[layer] as number) + Math.sqrt(squares);
        }
      },
      added: (values) => {
        const count = values.length / nodes.length;
        for (const { row, at } of reported) this.activations[at] = [...values.subarray(row * count, (row + 1) * count)];
      },
    };
  }
}

function lens(
  core: Core,
  prompt: string,
  tokens: readonly number[],
  { top, continuations }: LensRequest,
  states: readonly Float32Array[],
): LensLayer[] {
  const firsts = continuations.map((continuation) => {
    const whole = withStart(core, prompt + continuation);
    let at = 0;
    while (at < tokens.length && whole[at] === tokens[at]) at++;
    if (at < tokens.length || at >= whole.length)
      throw badRequest(
        `The lens cannot follow ${JSON.stringify(continuation)}: it is no new token after this prompt. Begin it with a space.`,
      );
    return whole[at] as number;
  });
  const layers: LensLayer[] = [];
  try {
    for (const state of states) {
      core.head.pushState(state, (logits, logSum) => {
        layers.push({
          top: scored(0, logits, logSum, top).top.map(({ id, logprob }) => ({ token: core.codec.text(id), logprob })),
          logprobs: firsts.map((id) => (logits[id] as number) - logSum),
        });
      });
    }
    core.head.flush();
  } finally {
    core.head.drop();
  }
  return layers;
}

function requireSane({ last, layers, lens: asked }: InspectRequest, tokens: number, layerCount: number): void {
  const fault =
    (!(Number.isInteger(last) && last >= 1 && last <= tokens) && `${last} tokens are asked for; give 1 to ${tokens}`) ||
    (layers.some((layer) => !(Number.isInteger(layer) && layer >= 0 && layer <= layerCount)) &&
      `states after ${layers.join(', ')} layers are asked for; the model has ${layerCount}`) ||
    (asked !== undefined &&
      !(Number.isInteger(asked.top) && asked.top >= 0 && asked.top <= 100) &&
      `top is ${asked.top}; give 0 to 100`);
  if (fault) throw badRequest(`Cannot look inside: ${fault}.`);
}
