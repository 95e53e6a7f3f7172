// Compiles the AssemblyScript kernels to src/engines/embedded/kernels.wasm: `node scripts/build-kernels.js [output]`.
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const output = resolve(process.argv[2] ?? join(root, 'src/engines/embedded/kernels.wasm'));

execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/assemblyscript/bin/asc.js'),
    'src/engines/embedded/kernels/index.ts',
    '--outFile',
    output,
    '-O3',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--noAssert',
    '--importMemory',
  ],
  { cwd: root, stdio: 'inherit' },
);
