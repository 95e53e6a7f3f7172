export { matmul } from './matmul';
export { packF32, packI8, gatherRows } from './pack';
export { rmsNorm } from './norm';
export { rotateInto } from './rope';
export { storeHeads } from './store';
export { attend } from './attention';
export { siluMul } from './activation';
export { logSumExp } from './logits';
export { expInto } from './exp';
