import { describe, expect, it } from 'vitest';
import { readOffline } from '../../../src/panels/models/offline.ts';

const worker = (answer: unknown) =>
  ({ postMessage: (_: unknown, [port]: MessagePort[]) => port?.postMessage(answer) }) as unknown as ServiceWorker;
const browser = (registration: Partial<ServiceWorkerRegistration> | undefined) => ({
  navigator: { serviceWorker: { getRegistration: async () => registration as ServiceWorkerRegistration | undefined } },
  isSecureContext: true,
});

describe('whether the page is ready offline', () => {
  it('is said with what is kept, and with a newer version that waits', async () => {
    const active = worker({ version: 'a1', files: 120, bytes: 14_200_000 });
    const ready = await readOffline(browser({ active, waiting: null }));
    expect(ready.ready).toBe(true);
    expect(ready.text).toMatch(/^ready\. .* 14 MB in this browser/u);
    expect(ready.text).not.toContain('new version');
    const newer = await readOffline(browser({ active, waiting: worker(null) }));
    expect(newer.text).toContain('A new version is ready: close all tabs of Knowshot to get it.');
  });

  it.each([
    ['over plain HTTP', { navigator: {}, isSecureContext: false }, /only from HTTPS/u],
    ['where the browser refuses', { navigator: {}, isSecureContext: true }, /private mode/u],
    ['before it begins', browser(undefined), /begins when/u],
    ['while it is being kept', browser({ active: null, waiting: null }), /not yet/u],
  ] as const)('is not so %s, and why', async (_, scope, why) => {
    const { ready, text } = await readOffline(scope);
    expect([ready, why.test(text)]).toEqual([false, true]);
  });
});
