import * as v from 'valibot';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { addresses } from './catalog.ts';

/** How a listing says what a file is: Git's own hash of small files, SHA-256 of large ones. */
export const Digest = v.variant('kind', [
  v.object({ kind: v.literal('sha256'), hex: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  v.object({ kind: v.literal('git'), hex: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)) }),
]);
export type Digest = v.InferOutput<typeof Digest>;

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(1));

/** web-llm looks for each kind of file in a cache of its own. */
const CACHES = ['webllm/config', 'webllm/wasm', 'webllm/model'] as const;

export const PlannedFile = v.object({
  name: v.string(),
  url: v.pipe(v.string(), v.url()),
  cache: v.picklist(CACHES),
  bytes: Bytes,
  digest: Digest,
});
export type PlannedFile = v.InferOutput<typeof PlannedFile>;

export const Plan = v.object({
  /** Commit of the repository that holds the weights. */
  revision: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  files: v.pipe(v.array(PlannedFile), v.minLength(1)),
});
export type Plan = v.InferOutput<typeof Plan>;

const HubListing = v.object({
  sha: Plan.entries.revision,
  siblings: v.array(
    v.object({
      rfilename: v.string(),
      size: v.optional(v.number()),
      blobId: v.optional(v.string()),
      lfs: v.nullish(v.object({ sha256: v.string() })),
    }),
  ),
});

const LibraryListing = v.object({ sha: v.string(), size: v.number() });

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The files of a model at the newest revision, each with its size and hash, by the listings of their hosts. */
export async function planDownload(
  at: ReturnType<typeof addresses>,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const [hub, library] = await Promise.all([
    readListing(at.listing, HubListing, fetch, signal),
    readListing(at.libraryListing, LibraryListing, fetch, signal),
  ]);
  const named = new Map(hub.siblings.map((file) => [file.rfilename, file]));
  const tokenizer = named.has('tokenizer.json') ? 'tokenizer.json' : 'tokenizer.model';
  const shards = [...named.keys()].filter((name) => /^params_shard_\d+\.bin$/u.test(name));
  const wanted = ['mlc-chat-config.json', 'tensor-cache.json', tokenizer, ...shards];
  const plan = {
    revision: hub.sha,
    files: [
      ...wanted.map((name) => {
        const { size, blobId, lfs } = named.get(name) ?? {};
        return {
          name,
          url: at.file(hub.sha, name),
          cache: name === 'mlc-chat-config.json' ? 'webllm/config' : 'webllm/model',
          bytes: size,
          digest: lfs ? { kind: 'sha256', hex: lfs.sha256 } : { kind: 'git', hex: blobId },
        };
      }),
      {
        name: 'library.wasm',
        url: at.library,
        cache: 'webllm/wasm',
        bytes: library.size,
        digest: { kind: 'git', hex: library.sha },
      },
    ],
  };
  const checked = v.safeParse(Plan, plan);
  if (checked.success && shards.length > 0) return checked.output;
  const what = checked.success ? 'it lists no weights' : describe(checked.issues[0], plan.files);
  throw new EngineError(
    'bad-model',
    `${at.repository} does not hold a model for this engine: ${what}. Choose another model.`,
  );
}

function describe(issue: v.BaseIssue<unknown>, files: readonly { readonly name: string }[]): string {
  const index = Number(issue.path?.[1]?.key);
  return `${files[index]?.name ?? v.getDotPath(issue)}: ${issue.message}`;
}

async function readListing<T extends v.GenericSchema>(
  url: string,
  schema: T,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<v.InferOutput<T>> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    throwIfAborted(signal);
    throw unreachable(host, cause);
  }
  if (response.status === 403 || response.status === 429) {
    throw new EngineError(
      'network',
      `${host} answers ${response.status}: too many requests from here. Wait an hour and load the model again; what is downloaded stays.`,
      { recoverable: true },
    );
  }
  if (!response.ok) {
    throw new EngineError(
      'network',
      `${host} answers ${response.status} for ${new URL(url).pathname}. Choose another model.`,
      {
        recoverable: true,
      },
    );
  }
  const result = v.safeParse(schema, await response.json().catch(() => undefined));
  if (result.success) return result.output;
  throw new EngineError(
    'network',
    `${host} did not answer with a list of files: ${v.getDotPath(result.issues[0]) ?? 'no JSON'}. A proxy or login page may stand between; try another network.`,
    { recoverable: true },
  );
}

export const unreachable = (host: string, cause: unknown): EngineError =>
  new EngineError(
    'network',
    `Could not reach ${host}: ${cause instanceof Error ? cause.message : String(cause)}. Check the connection and load the model again; what is downloaded stays.`,
    { recoverable: true, cause },
  );
