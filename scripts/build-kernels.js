// Compiles the AssemblyScript kernels, for one thread and for several, each plain and with relaxed SIMD:
// `node scripts/build-kernels.js [folder]`.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const engine = 'src/engines/embedded';
const folder = resolve(process.argv[2] ?? join(root, engine));
/** The most memory that the engine asks for: 1 GiB. */
const MOST_PAGES = '16384';

async function compile(source, output, ...options) {
  const files = [`${engine}/kernels/${source}`, '--outFile', join(folder, output), '--baseDir', root];
  const common = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--importMemory'];
  const { error, stderr } = await asc.main([...files, ...common, ...options]);
  process.stderr.write(stderr.toString());
  if (error) process.exit(1);
}

const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', MOST_PAGES];
for (const [suffix, options] of [
  ['', []],
  ['-relaxed', ['--enable', 'relaxed-simd']],
]) {
  await compile('index.ts', `kernels${suffix}.wasm`, ...options);
  await compile('threaded.ts', `kernels-threaded${suffix}.wasm`, ...shared, ...options);
}
