/// <reference lib="webworker" />
import { Answers, opensAlready } from './answer.ts';
import { count, keepAllUsed, keepPage } from './keep.ts';
import { boxOf, dropOthers, type Place, pathOf } from './place.ts';
import type { Kept, Published } from './published.ts';

/** Put in by the build; see scripts/vite/offline.ts. */
declare const PUBLISHED: Published;

const published = PUBLISHED;
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const place: Place = {
  scope: worker.registration.scope,
  published,
  caches: worker.caches,
  fetch: (url, init) => fetch(url, init),
};
const answers = new Answers(place);

worker.addEventListener('install', (event) => {
  event.waitUntil(
    keepPage(place).then(async () => {
      // Else it waits until the last page of the earlier build is closed.
      if (await opensAlready(place)) await worker.skipWaiting();
    }),
  );
});

worker.addEventListener('activate', (event) => event.waitUntil(dropOthers(place)));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = request.method === 'GET' ? pathOf(place, request.url) : null;
  if (path === null || !Object.hasOwn(published.files, path)) return;
  if (request.mode !== 'navigate' || path !== '') {
    event.respondWith(answers.file(request, path, (work) => event.waitUntil(work)));
    return;
  }
  event.respondWith(othersThan(request).then((others) => answers.page({ request, others })));
  event.waitUntil(keepAllUsed(place));
});

/** Open pages that this worker serves, without the one that is being loaded again. */
async function othersThan({ cache }: Request): Promise<number> {
  const pages = await worker.clients.matchAll({ type: 'window' });
  return pages.length - (cache === 'no-cache' || cache === 'reload' ? 1 : 0);
}

worker.addEventListener('message', (event) => {
  const [port] = event.ports;
  const tell = async () => {
    const kept: Kept = { version: published.version, ...(await count(place, await boxOf(place))) };
    port?.postMessage(kept);
  };
  event.waitUntil(tell());
});
