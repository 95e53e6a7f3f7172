import * as v from 'valibot';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';

/** How a listing says what a file is: Git's own hash of small files, SHA-256 of large ones. */
export const Digest = v.variant('kind', [
  v.object({ kind: v.literal('sha256'), hex: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  v.object({ kind: v.literal('git'), hex: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)) }),
]);
export type Digest = v.InferOutput<typeof Digest>;

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(1));

export const PlannedFile = v.object({
  name: v.string(),
  url: v.pipe(v.string(), v.url()),
  /** The browser's cache that holds it. */
  cache: v.string(),
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

export const HubListing = v.object({
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

export type HubListing = v.InferOutput<typeof HubListing>;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A file of a repository as its listing describes it; `undefined` of what is not known. */
export const planned = (
  name: string,
  url: string,
  cache: string,
  { size, blobId, lfs }: Partial<HubListing['siblings'][number]> = {},
) => ({
  name,
  url,
  cache,
  bytes: size,
  digest: lfs ? { kind: 'sha256', hex: lfs.sha256 } : { kind: 'git', hex: blobId },
});

/** The answer of a host that lists files, checked by a schema. */
export async function readListing<T extends v.GenericSchema>(
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
