import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportOnnx } from './export.ts';

/** `npm run export:onnx -- public/models/knowshot-mini FOLDER`: the embedded model for any ONNX runtime, as f32 and as int8. */
const { positionals } = parseArgs({ allowPositionals: true });
const [model, folder] = positionals;
if (model === undefined || folder === undefined) {
  console.error('npm run export:onnx -- MODEL_FOLDER NEW_FOLDER');
  process.exitCode = 2;
} else {
  await exportOnnx(async (name) => new Uint8Array(await readFile(join(model, name))), folder, ['fp32', 'int8']);
  console.log(`written: ${folder}`);
}
