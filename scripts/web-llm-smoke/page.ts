import { MLCEngine } from '@mlc-ai/web-llm';
import { cachedModel, requirePipeline } from '../../src/engines/web-llm/pipeline.ts';

export interface Smoke {
  readonly seconds: Readonly<Record<string, number>>;
  /** Largest differences of logits. */
  readonly differences: Readonly<Record<string, number>>;
  /** Smallest and largest logit of the first pass. */
  readonly range: readonly [number, number];
  readonly freePages: readonly number[];
}

/** Loads the model and compares kept, forked and popped prefixes with whole passes, in as few passes as that takes. */
async function smoke(): Promise<Smoke> {
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    seconds[name] = Math.round((performance.now() - start) / 100) / 10;
    console.log(`${name}: ${seconds[name]} s`);
    return result;
  };
  const engine = new MLCEngine({
    appConfig: {
      model_list: [
        {
          model: `${location.origin}/model/resolve/main/`,
          model_id: 'smoke',
          model_lib: `${location.origin}/library.wasm`,
          overrides: { context_window_size: 512 },
        },
      ],
    },
    initProgressCallback: ({ text }) => console.log(text),
    logLevel: 'INFO',
  });
  await timed('load', () => engine.reload('smoke'));
  const raw = (
    engine as unknown as { loadedModelIdToPipeline: Map<string, Record<string, unknown>> }
  ).loadedModelIdToPipeline.get('smoke') as Record<string, unknown>;
  // Releases before 0.2.80, which public libraries under 4 MiB are made for, call the two functions in place.
  raw.invokePrefill ??= (embeddings: unknown) =>
    (raw.prefill as (...args: unknown[]) => unknown)(embeddings, raw.kvCache, raw.params);
  raw.invokeDecode ??= (embeddings: unknown) =>
    (raw.decoding as (...args: unknown[]) => unknown)(embeddings, raw.kvCache, raw.params);
  const model = cachedModel(requirePipeline(raw));
  const freePages = [model.freePages()];
  model.add(10);
  const first = await timed('prefill of 3', () => model.append(10, [100, 200, 300]));
  fork(raw, 10, 11, 2);
  freePages.push(model.freePages());
  const forked = await timed('2 after a fork', () => model.append(11, [400, 500]));
  model.pop(10, 1);
  const again = await timed('1 after a pop', () => model.append(10, [300]));
  model.remove(10);
  model.remove(11);
  freePages.push(model.freePages());
  model.add(12);
  const whole = await timed('prefill of 4', () => model.append(12, [100, 200, 400, 500]));
  return {
    seconds,
    differences: {
      'popped against first': gap(again, first),
      'forked against whole': gap(forked, whole),
      'two texts': gap(first, whole),
    },
    range: [first.reduce((a, b) => Math.min(a, b)), first.reduce((a, b) => Math.max(a, b))],
    freePages,
  };
}

/** The engine does not fork; this shows why, or that a later release could. */
function fork(raw: Record<string, unknown>, from: number, to: number, length: number): void {
  const { tvm, kvCache } = requirePipeline(raw);
  tvm.beginScope();
  const int = (value: number) => tvm.scalar(value, 'int64');
  tvm.getGlobalFunc('vm.builtin.kv_state_fork_sequence')(kvCache, int(from), int(to), int(length));
  tvm.endScope();
}

const gap = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);

(globalThis as unknown as { smoke: typeof smoke }).smoke = smoke;
