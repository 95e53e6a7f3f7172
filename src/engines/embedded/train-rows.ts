import type { RowsExample, RowsMap, TrainedRows, TrainRowsRequest } from '../../core/model/latent.ts';
import { shuffled, stream } from '../../core/random/stream.ts';
import { buildPrefixTree, pathOf } from '../../core/run/prefix-tree.ts';
import { Adam } from '../../core/tuning/adam.ts';
import type { Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { badRequest } from './core.ts';
import { labelsFault } from './label-loss.ts';
import { type Place, type PreparedExample, rowsGradient } from './rows-gradient.ts';
import { tokenise } from './score.ts';

/** Examples whose gradients make one step. */
const BATCH = 4;

/**
 * Learns W_k and W_v for rows in the last layer, the model frozen: it runs once over the examples, and the steps then need only
 * what lies above the last feed-forward. W_v begins at 0, so that training begins at the unchanged model.
 */
export async function trainRows(core: Core, request: TrainRowsRequest, slices: Slices): Promise<TrainedRows> {
  const { hidden, layers } = core.config;
  requireSane(request, hidden);
  const before = core.walker.computed;
  const { examples, asked } = await prepare(core, request.examples, slices);
  const usage = { asked, computed: core.walker.computed - before };
  const random = stream('train-rows', request.seed);
  // Keys of about length 1 from states of root mean square 1.
  const size = Math.sqrt(3) / hidden;
  const map: RowsMap = {
    keys: Float32Array.from({ length: hidden * hidden }, () => (2 * random.float() - 1) * size),
    values: new Float32Array(hidden * hidden),
  };
  const keys = new Adam(map.keys, request.learningRate);
  const values = new Adam(map.values, request.learningRate);
  const losses: number[] = [];
  for (let epoch = 0; epoch < request.epochs; epoch++) {
    const order = shuffled(examples, random);
    let sum = 0;
    for (let first = 0; first < order.length; first += BATCH) {
      const batch = order.slice(first, first + BATCH);
      const gradients = await slices.map(batch, (example) => rowsGradient(core.head, example, map, hidden));
      keys.step(gradients.map((gradient) => gradient.keys));
      values.step(gradients.map((gradient) => gradient.values));
      for (const { loss } of gradients) sum += loss;
    }
    losses.push(sum / examples.length);
  }
  losses.push(await meanLoss(core, examples, map, slices));
  return { ...map, layer: layers - 1, losses, usage };
}

/** Runs the frozen model once and keeps what goes into and comes out of its last layer at each place that counts. */
export async function prepare(
  core: Core,
  examples: readonly RowsExample[],
  slices: Slices,
): Promise<{ examples: PreparedExample[]; asked: number }> {
  const { hidden, layers } = core.config;
  const plans = await slices.map(examples, (example) => tokenise(core, example, 0).items);
  const items = plans.flat();
  const plan = buildPrefixTree(items.map(({ tokens }) => tokens.slice(0, -1)));
  const wanted = new Uint8Array(plan.size);
  const paths = items.map((_, index) => pathOf(plan, index));
  for (const [index, { from, tokens }] of items.entries())
    for (let position = from; position < tokens.length; position++) wanted[paths[index]?.[position - 1] as number] = 1;
  const places = new Map<number, Place>();
  await core.walker.walk(
    {
      plan,
      wanted,
      layers,
      onHidden: () => {},
      observe: (nodes) => ({
        feedForward: (layer, input, _, after) => {
          if (layer !== layers - 1) return;
          for (const [row, node] of nodes.filter((n) => wanted[n] === 1).entries()) {
            const span = [row * hidden, (row + 1) * hidden] as const;
            places.set(node, { input: input.slice(...span), state: after.slice(...span) });
          }
        },
      }),
    },
    slices,
  );
  let next = 0;
  const prepared = examples.map(
    ({ labels, gold, states }, e): PreparedExample => ({
      labels,
      gold,
      states,
      continuations: (plans[e] ?? []).map(({ tokens, from }) => {
        const path = paths[next++];
        return tokens
          .slice(from)
          .map((token, i) => ({ place: places.get(path?.[from + i - 1] as number) as Place, token }));
      }),
    }),
  );
  return { examples: prepared, asked: items.reduce((sum, { tokens }) => sum + tokens.length, 0) };
}

async function meanLoss(
  core: Core,
  examples: readonly PreparedExample[],
  map: RowsMap,
  slices: Slices,
): Promise<number> {
  const losses = await slices.map(
    examples,
    (example) => rowsGradient(core.head, example, map, core.config.hidden).loss,
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function requireSane({ examples, epochs, learningRate, seed }: TrainRowsRequest, width: number): void {
  const fault =
    labelsFault(examples) ||
    (!(Number.isInteger(epochs) && epochs >= 0) && `epochs is ${epochs}; give a whole number from 0`) ||
    (!(learningRate > 0 && Number.isFinite(learningRate)) &&
      `the learning rate is ${learningRate}; give more than 0`) ||
    (!Number.isInteger(seed) && `the seed is ${seed}; give a whole number`) ||
    (examples.some(
      ({ states }) => states.length === 0 || states.length % width !== 0 || !states.every(Number.isFinite),
    ) &&
      `the states of an example are not rows of ${width} finite numbers`);
  if (fault) throw badRequest(`Cannot learn the rows: ${fault}.`);
}
