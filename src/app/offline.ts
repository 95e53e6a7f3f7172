import { isBusy, type ReadonlyStore, type RunState } from '../panels/host.ts';

/** Between looks whether the page has its first figure, in milliseconds. */
const LOOK_MS = 2000;

/**
 * Lets the browser keep the page for use without a network, once it shows its first figure or has nothing to do. A page of the
 * development server is not kept, and one that a build left at its address is let go.
 */
export function keepOffline(run: ReadonlyStore<RunState>, baseUrl: string): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const keep = () => {
    const { status, results } = run.getState();
    if (isBusy(status) && !results?.cells.length) setTimeout(keep, LOOK_MS);
    // Where it is refused the page works as before; Models says that it is not kept.
    else workers?.register(`${baseUrl}service-worker.js`).catch(() => {});
  };
  if (import.meta.env.PROD) setTimeout(keep, LOOK_MS);
  else void workers?.getRegistration().then((old) => old?.unregister());
}
