import { beforeAll } from 'vitest';
import { loadTransformersInNode } from '../../src/engines/transformers/node.ts';
import { exportedTiny } from '../engines/transformers/exported.ts';
import { describeLanguageModel } from './language-model.contract.ts';

let folder = '';
beforeAll(async () => {
  folder = (await exportedTiny()).folder;
}, 60_000);

// In a file of its own: a process runs ONNX either on the library or as WebAssembly.
describeLanguageModel({
  name: 'transformers.js, on WASM',
  load: () => loadTransformersInNode({ model: folder, device: 'wasm' }),
  tolerance: 1e-4,
});
