import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '../../../scripts/export-onnx/export.ts';
import type { Storage } from '../../../scripts/export-onnx/llama.ts';
import { type TinyModel, type TinyShape, tinyModel } from '../embedded/tiny-model.ts';

const newFolder = (name: string) => mkdtemp(join(tmpdir(), `knowshot-${name}-`));

/** A random tiny model, and a folder with its ONNX export. */
export async function exportedTiny(
  shape: Partial<TinyShape> = {},
  storages: readonly Storage[] = ['fp32'],
): Promise<{ readonly tiny: TinyModel; readonly folder: string }> {
  const tiny = await tinyModel(shape);
  const folder = await newFolder('tiny');
  await exportOnnx((name) => tiny.files.get(name) as Uint8Array<ArrayBuffer>, folder, storages);
  return { tiny, folder };
}

/** A folder with the ONNX export of a model of `public/models`. */
export async function exportedModel(from: string, storages: readonly Storage[]): Promise<string> {
  const folder = await newFolder('export');
  await exportOnnx(async (name) => new Uint8Array(await readFile(join(from, name))), folder, storages);
  return folder;
}
