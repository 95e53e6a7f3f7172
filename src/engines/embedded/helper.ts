import type { HelperTask, ThreadedKernels } from './threads.ts';

// A worker that lends its thread to the kernels (kernels/share.ts) until it is ended.
addEventListener('message', ({ data: { module, memory, scratch } }: MessageEvent<HelperTask>) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, lost: () => {} } });
  postMessage('ready');
  (exports as unknown as ThreadedKernels).help(scratch);
});
