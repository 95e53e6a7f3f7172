import { throwIfAborted } from '../../core/model/engine-error.ts';
import { loadError } from './failure.ts';
import type { ProvidedFiles } from './files.ts';
import type { Dtype, OnnxModel, Runtime, Tokenizer } from './runtime.ts';

/** Where the graph runs. */
export interface Execution {
  /** As the record names it, for example `onnxruntime wasm`. */
  readonly backend: string;
  readonly device: 'webgpu' | 'wasm' | 'cpu' | 'auto';
  /** Execution providers, where the device alone does not say. */
  readonly providers?: readonly string[] | undefined;
}

export interface OnnxSource {
  /** As a spec and the record name it: `owner/name:type`, or the name of a folder. */
  readonly name: string;
  readonly dtype: Dtype;
  readonly provided: Pick<ProvidedFiles, 'revision' | 'files'> & Partial<Pick<ProvidedFiles, 'read'>>;
  /** A folder on disk, which the runtime reads itself; else it gets the files from `provided`. */
  readonly folder?: string | undefined;
}

/** Files that the runtime asks for by address, by the name it was given for their model. */
const served = new Map<string, ProvidedFiles['read']>();

/** transformers.js asks nobody: what it would fetch is answered from files that are here. */
async function answer(input: string | URL): Promise<Response> {
  const [, model = '', name = ''] = /^\/(.+)\/resolve\/[^/]+\/(.+)$/u.exec(new URL(input).pathname) ?? [];
  const bytes = await served.get(model)?.(decodeURIComponent(name));
  if (bytes === undefined) return new Response(null, { status: 404 });
  return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
}

let places = 0;

/** Opens a graph with its tokenizer. */
export async function openOnnx(
  runtime: Runtime,
  kind: 'AutoModelForCausalLM' | 'AutoModel',
  { name, dtype, provided, folder }: OnnxSource,
  { device, providers }: Execution,
  signal: AbortSignal | undefined,
): Promise<{ readonly model: OnnxModel; readonly tokenizer: Tokenizer }> {
  throwIfAborted(signal);
  const place = folder ?? `provided/model-${places++}`;
  if (folder === undefined && provided.read !== undefined) served.set(place, provided.read);
  runtime.env.fetch = answer;
  const common = { local_files_only: folder !== undefined };
  try {
    const tokenizer = await runtime.AutoTokenizer.from_pretrained(place, common);
    const session = providers === undefined ? {} : { session_options: { executionProviders: providers } };
    const loaded = await runtime[kind].from_pretrained(place, { ...common, ...(session as object), dtype, device });
    throwIfAborted(signal);
    return { tokenizer, model: loaded as OnnxModel };
  } catch (cause) {
    throwIfAborted(signal);
    throw loadError(name, dtype, cause);
  } finally {
    served.delete(place);
  }
}
