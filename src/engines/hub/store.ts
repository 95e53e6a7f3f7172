import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
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

  /** Models of which something is here. */
  async entries(): Promise<Entry[]> {
    const box = await this.#caches.open(this.#entries);
    const entries = await Promise.all((await box.keys()).map(({ url }) => this.entry(url)));
    return entries.filter((entry) => entry !== undefined);
  }

  async read({ cache, url }: PlannedFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const response = await (await this.#caches.open(cache)).match(url);
    return response && new Uint8Array(await response.arrayBuffer());
  }

  async write({ cache, url }: PlannedFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#put(cache, url, bytes);
  }

  async drop({ cache, url }: PlannedFile): Promise<void> {
    await (await this.#caches.open(cache)).delete(url);
  }

  /** Deletes a model's files, but for a library that another model here runs with. */
  async remove(repository: string): Promise<void> {
    const entry = await this.entry(repository);
    await (await this.#caches.open(this.#entries)).delete(repository);
    const others = new Set((await this.entries()).flatMap(({ plan }) => plan.files.map(({ url }) => url)));
    for (const file of entry?.plan.files ?? []) if (!others.has(file.url)) await this.drop(file);
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
