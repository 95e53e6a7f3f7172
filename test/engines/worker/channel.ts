import type { MessagePort } from 'node:worker_threads';
import { MessageChannel } from 'node:worker_threads';
import type { Port } from '../../../src/engines/worker/port.ts';

/** Two connected ports; what passes is cloned as between a page and a worker. Closing one end fails nothing at the other. */
export function channel(): { page: Port & { die: (reason: string) => void }; worker: Port } {
  const { port1, port2 } = new MessageChannel();
  let fail: (reason: string) => void = () => {};
  const wrap = (port: MessagePort): Port => ({
    post: (message, transfer = []) => port.postMessage(message, transfer as never),
    listen(onMessage, onFailure) {
      port.on('message', onMessage);
      port.on('messageerror', () => onFailure('unreadable'));
    },
    close: () => port.close(),
  });
  const page = wrap(port1);
  return {
    page: {
      ...page,
      listen(onMessage, onFailure) {
        fail = onFailure;
        page.listen(onMessage, onFailure);
      },
      die: (reason) => fail(reason),
    },
    worker: wrap(port2),
  };
}
