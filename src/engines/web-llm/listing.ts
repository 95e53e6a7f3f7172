import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import { type Fetch, HubListing, Plan, planned, readListing } from '../hub/listing.ts';
import type { addresses } from './catalog.ts';

const LibraryListing = v.object({ sha: v.string(), size: v.number() });

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
      // web-llm looks for each kind of file in a cache of its own.
      ...wanted.map((name) =>
        planned(
          name,
          at.file(hub.sha, name),
          name === 'mlc-chat-config.json' ? 'webllm/config' : 'webllm/model',
          named.get(name),
        ),
      ),
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
