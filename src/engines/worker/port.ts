/** One end of a connection; the tests use message channels where the page uses workers. */
export interface Port {
  post(message: unknown, transfer?: Transferable[]): void;
  /** `onFailure`: the other end has died, or sent what cannot be read. */
  listen(onMessage: (message: unknown) => void, onFailure: (reason: string) => void): void;
  /** Ends the connection and, from the page's side, the worker. */
  close(): void;
}

export function workerPort(worker: Worker): Port {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(onMessage, onFailure) {
      worker.addEventListener('message', (event) => onMessage(event.data));
      worker.addEventListener('messageerror', () => onFailure('a message could not be read'));
      worker.addEventListener('error', (event) => onFailure(event.message || 'its script could not be loaded'));
    },
    close: () => worker.terminate(),
  };
}

/** A worker's own end: the global scope of a dedicated worker. */
export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  close(): void;
}

export function scopePort(scope: WorkerScope): Port {
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    listen: (onMessage) => scope.addEventListener('message', (event) => onMessage(event.data)),
    close: () => scope.close(),
  };
}
