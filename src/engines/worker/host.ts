import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import type { Latent } from '../../core/model/latent.ts';
import type { Port } from './port.ts';
import type { FromWorker, Method, WireError } from './protocol.ts';
import { FromPage, METHODS } from './protocol.ts';

export interface HostLoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** Runs a model behind a port: answers each request once, whatever happens. `load` checks its own options. */
export function serveModel(port: Port, load: (options: unknown, io: HostLoadOptions) => Promise<LanguageModel>): void {
  let model: LanguageModel | undefined;
  const running = new Map<number, AbortController>();
  const post = (message: FromWorker, transfer?: Transferable[]) => port.post(message, transfer);

  async function answer(
    id: number,
    work: (signal: AbortSignal) => Promise<[FromWorker, Transferable[]?]>,
  ): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      post(...(await work(controller.signal)));
    } catch (error) {
      post({ type: 'error', id, error: toWire(error) });
    } finally {
      running.delete(id);
    }
  }

  function receive(message: FromPage): void {
    switch (message.type) {
      case 'abort':
        running.get(message.id)?.abort();
        return;
      case 'dispose':
        for (const controller of running.values()) controller.abort();
        model?.dispose();
        port.close();
        return;
      case 'load': {
        const { id, options } = message;
        void answer(id, async (signal) => {
          model = await load(options, { signal, onProgress: (progress) => post({ type: 'progress', id, progress }) });
          return [{ type: 'loaded', id, model: describe(model) }];
        });
        return;
      }
      case 'call': {
        const { id, method, args } = message;
        void answer(id, async (signal) => {
          const value = await call(model, method, args, { signal });
          return [{ type: 'result', id, value }, method === 'embed' ? buffers(value as readonly Float32Array[]) : []];
        });
        return;
      }
      default:
        message satisfies never;
    }
  }

  port.listen(
    (data) => {
      const message = v.safeParse(FromPage, data);
      if (message.success) receive(message.output);
      else refuse(data);
    },
    () => {},
  );

  /** A message that breaks the protocol is answered if it says whom to answer. */
  function refuse(data: unknown): void {
    const id = (data as { id?: unknown } | null | undefined)?.id;
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) return;
    post({
      type: 'error',
      id,
      error: toWire(
        new EngineError('bad-request', 'The worker got a message that it does not understand. Reload the page.'),
      ),
    });
  }
}

function call(
  model: LanguageModel | undefined,
  method: Method,
  args: unknown,
  options: { signal: AbortSignal },
): Promise<unknown> {
  if (!model) throw new EngineError('bad-request', 'The model is not loaded yet. Wait until it is.');
  const checked = <M extends Method>(name: M) => {
    const result = v.safeParse(METHODS[name].args, args);
    if (!result.success)
      throw new EngineError(
        'bad-request',
        `The request to ${name} is malformed: ${result.issues[0].message}. Reload the page.`,
        { recoverable: true },
      );
    return result.output as v.InferOutput<(typeof METHODS)[M]['args']>;
  };
  switch (method) {
    case 'tokenize':
      return model.tokenize(checked('tokenize'), options);
    case 'score':
      return model.score(checked('score'), options);
    case 'generate':
      return model.generate(checked('generate'), options);
    case 'embed':
      return model.embed(checked('embed'), options);
    case 'scoreInjected':
      return latentOf(model).score(checked('scoreInjected'), options);
    case 'inspect':
      return latentOf(model).inspect(checked('inspect'), options);
    case 'trainRows':
      return latentOf(model).trainRows(checked('trainRows'), options);
    case 'prefixGradient':
      return latentOf(model).prefixGradient(checked('prefixGradient'), options);
  }
}

function latentOf({ latent, identity }: LanguageModel): Latent {
  if (latent !== undefined) return latent;
  throw new EngineError(
    'no-capability',
    `The inside of the model ${identity.id} is closed to this engine. Choose the embedded model.`,
    { recoverable: true },
  );
}

const describe = ({ identity, capabilities, contextLength, selfTest, latent, chat }: LanguageModel) => ({
  identity: { ...identity, files: [...identity.files] },
  capabilities: [...capabilities],
  contextLength,
  latent: latent?.shape,
  chat,
  selfTest: [...selfTest],
});

/** Buffers that can move to the page: those that belong to one vector whole. */
const buffers = (vectors: readonly Float32Array[]): ArrayBuffer[] => [
  ...new Set(
    vectors.flatMap(({ buffer, byteLength }) =>
      buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
    ),
  ),
];

function toWire(error: unknown): WireError {
  if (error instanceof EngineError) return { code: error.code, recoverable: error.recoverable, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    recoverable: false,
    message: `The model failed: ${reason}. Reload the page; if it happens again, please report it.`,
  };
}
