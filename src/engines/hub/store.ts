import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import { dropParts } from '../assets/kept-parts.ts';
import { type Caches, cachedParts, type Parts } from '../assets/parts.ts';
import { Plan, type PlannedFile } from './listing.ts';

/** What is here of a model: its plan, and whether all of it was downloaded and found right once. */
const Entry = v.object({ id: v.string(), plan: Plan, complete: v.boolean() });
export type Entry = v.InferOutput<typeof Entry>;

/** Model files in the browser's caches. They stay when the tab closes. */
export class ModelStore {
  readonly parts: Parts;
  readonly #caches: Caches;
  readonly #entries: string;

  /** @param entries name of the cache that says which models are here. */
  constructor(caches: Caches, entries: string) {
    this.#caches = caches;
    this.#entries = entries;
    this.parts = cachedParts(caches);
  }

  /** @param repository address that names the model. */
  async entry(repository: string): Promise<Entry | undefined> {
    const response = await (await this.#caches.open(this.#entries)).match(repository);
    const result = v.safeParse(Entry, await response?.json().catch(() => undefined));
    return result.success ? result.output : undefined;
  }

  async putEntry(repository: string, entry: Entry): Promise<void> {
    await this.#put(this.#entries, repository, JSON.stringify(entry));
  }

  /** Models of which something is here, each with the address that names it. */
  async entries(): Promise<(Entry & { readonly repository: string })[]> {
    const box = await this.#caches.open(this.#entries);
    const entries = await Promise.all(
      (await box.keys()).map(async ({ url }) => {
        const entry = await this.entry(url);
        return entry && { ...entry, repository: url };
      }),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  async read({ cache, url }: PlannedFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const response = await (await this.#caches.open(cache)).match(url);
    return response && new Uint8Array(await response.arrayBuffer());
  }

  /** Whether the file is here; its bytes are not looked at. */
  async has({ cache, url }: PlannedFile): Promise<boolean> {
    return (await (await this.#caches.open(cache)).match(url)) !== undefined;
  }

  async write({ cache, url }: PlannedFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#put(cache, url, bytes);
  }

  async drop({ cache, url }: PlannedFile): Promise<void> {
    await (await this.#caches.open(cache)).delete(url);
  }

  /** Deletes a model's files and what had come of them, but for a library that another model here runs with. */
  async remove(repository: string): Promise<void> {
    const entry = await this.entry(repository);
    const rest = (await this.entries()).filter((other) => other.repository !== repository);
    const others = new Set(rest.flatMap(({ plan }) => plan.files.map(({ url }) => url)));
    const files = (entry?.plan.files ?? []).filter(({ url }) => !others.has(url));
    await dropParts(this.#caches, new Set(files.map(({ url }) => url)));
    for (const file of files) await this.drop(file);
    // Last, so that what a failure leaves is still listed and can be deleted.
    await (await this.#caches.open(this.#entries)).delete(repository);
  }

  async #put(cache: string, url: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await (await this.#caches.open(cache)).put(url, new Response(body));
    } catch (cause) {
      if (!(cause instanceof Error && cause.name === 'QuotaExceededError')) throw cause;
      throw new EngineError(
        'quota',
        'The browser has no room left for this model. Delete a model, free space on the disk, or choose a smaller one; what is downloaded stays.',
        { recoverable: true, cause },
      );
    }
  }
}
