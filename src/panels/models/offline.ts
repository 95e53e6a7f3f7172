import type { Kept } from '../../engines/assets/offline/published.ts';
import { megabytes } from '../../ui/format.ts';

/** Whether this browser opens the page without a network. */
export interface Offline {
  readonly ready: boolean;
  readonly text: string;
}

/** For the worker to answer, in milliseconds. */
const WAIT_MS = 3000;

type Workers = Pick<ServiceWorkerContainer, 'getRegistration'>;

/**
 * Asks the worker that keeps the page.
 * @param scope the global object of a page. A browser that lets no page be kept has no workers there.
 */
export async function readOffline({
  navigator: { serviceWorker: workers },
  isSecureContext: secure,
}: {
  readonly navigator: { readonly serviceWorker?: Workers };
  readonly isSecureContext: boolean;
} = globalThis): Promise<Offline> {
  const not = (text: string): Offline => ({ ready: false, text });
  if (workers === undefined) {
    return not(
      secure
        ? 'this browser keeps no page (private mode?).'
        : 'a browser keeps a page only from HTTPS or from this machine.',
    );
  }
  const registration = await workers.getRegistration().catch(() => undefined);
  if (registration === undefined)
    return not(
      'not kept. That begins when the page has its first figure; where the network or the room fails, it is tried again the next time.',
    );
  const { active, waiting } = registration;
  if (active === null)
    return not('not yet. The page is being kept in this browser; closed before that, it goes on the next time.');
  const kept = await ask(active);
  if (kept === null) return not('this browser does not say. Reload the page and look again.');
  const newer = waiting === null ? '' : ' A new version is ready: close all tabs of Knowshot to get it.';
  return {
    ready: true,
    text: `ready. The page, its data and the embedded model open without a network: ${megabytes(kept.bytes)} in this browser. The twin and the engines of larger models are kept when they are used.${newer}`,
  };
}

function ask(worker: Pick<ServiceWorker, 'postMessage'>): Promise<Kept | null> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const give = (kept: Kept | null) => {
      clearTimeout(late);
      port1.close();
      resolve(kept);
    };
    const late = setTimeout(() => give(null), WAIT_MS);
    port1.onmessage = ({ data }) => give(data as Kept);
    worker.postMessage('kept?', [port2]);
  });
}
