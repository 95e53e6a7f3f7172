import { keptParts } from '../assets/kept-parts.ts';
import { type Box, type Caches, PARTS } from '../assets/parts.ts';
import type { ModelStore } from './store.ts';

/** What is kept of one model or sentence embedder. */
export interface Kept {
  /** As a spec names it; `null` of files that belong to no model any more. */
  readonly engine: string | null;
  /** As the record names it. */
  readonly id: string;
  /** Names it among those of its engine. */
  readonly repository: string;
  /** On the disk now, and once all of it is here. */
  readonly bytes: number;
  readonly total: number;
  /** Whether all files are here and were found right. */
  readonly complete: boolean;
}

export interface KeptList {
  readonly kept: readonly Kept[];
  /** In all; a file that two models share counts once. */
  readonly bytes: number;
}

export interface KeptPlaces {
  readonly caches: Caches;
  /** The store of each engine. */
  readonly stores: ReadonlyMap<string, ModelStore>;
  /** Caches that hold files of these stores and of nobody else, so that what no model names can be told and deleted. */
  readonly own: readonly string[];
}

/** All that is kept, the largest first. Files of models that are here whole are counted by their plan, others are measured. */
export async function listKept(places: KeptPlaces): Promise<KeptList> {
  const { caches, stores } = places;
  const parts = await partSizes(caches);
  const files = new Map<string, number>();
  const kept: Kept[] = [];
  for (const [engine, store] of stores) {
    for (const { id, repository, plan, complete } of await store.entries()) {
      const here = await Promise.all(plan.files.map((file) => store.has(file)));
      const sizes = plan.files.map(({ url, bytes }, i) => (here[i] ? bytes : 0) + (parts.get(url) ?? 0));
      plan.files.forEach(({ url }, i) => void files.set(url, sizes[i] ?? 0));
      kept.push({
        engine,
        id,
        repository,
        bytes: sum(sizes),
        total: sum(plan.files.map((file) => file.bytes)),
        complete: complete && here.every(Boolean),
      });
    }
  }
  const stray = sum(await Promise.all((await leftOver(places)).map(({ box, key }) => sizeIn(box, key))));
  if (stray > 0)
    kept.push({ engine: null, id: 'left over', repository: '', bytes: stray, total: stray, complete: false });
  return { kept: kept.sort((a, b) => b.bytes - a.bytes), bytes: sum([...files.values()]) + stray };
}

/** Deletes what is kept of one model, whole or begun, or what belongs to none. */
export async function removeKept(
  { engine, repository }: Pick<Kept, 'engine' | 'repository'>,
  places: KeptPlaces,
): Promise<void> {
  if (engine !== null) return places.stores.get(engine)?.remove(repository);
  for (const { box, key } of await leftOver(places)) await box.delete(key);
}

/** Files and parts that no model here names: of a download that was deleted while it went on, of another version of a model. */
async function leftOver({ caches, stores, own }: KeptPlaces): Promise<{ box: Box; key: string }[]> {
  const entries = await Promise.all([...stores.values()].map((store) => store.entries()));
  const named = new Set(entries.flat().flatMap(({ plan }) => plan.files.map(({ url }) => url)));
  const stray: { box: Box; key: string }[] = [];
  for (const name of own) {
    const box = await caches.open(name);
    for (const { url } of await box.keys()) if (!named.has(url)) stray.push({ box, key: url });
  }
  const box = await caches.open(PARTS);
  for (const { key, url } of await keptParts(caches)) if (!named.has(url)) stray.push({ box, key });
  return stray;
}

/** Bytes of the parts of every file. */
async function partSizes(caches: Caches): Promise<ReadonlyMap<string, number>> {
  const box = await caches.open(PARTS);
  const sizes = new Map<string, number>();
  for (const { key, url } of await keptParts(caches)) sizes.set(url, (sizes.get(url) ?? 0) + (await sizeIn(box, key)));
  return sizes;
}

const sizeIn = async (box: Box, key: string): Promise<number> => (await (await box.match(key))?.blob())?.size ?? 0;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);
