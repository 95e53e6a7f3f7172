import { siluMul } from './activation';
import { attendSome } from './attention';
import { logSumExp } from './logits';
import { matmul } from './matmul';

// The kernels that threads share, and how each is cut: into units whose results are independent and computed as by one thread,
// so that the numbers are the same bits whoever computes which part.

/** The kernel at work, and its arguments in their order as words of 32 bits. */
const KIND: usize = 256;
const ARGUMENTS: usize = 260;

export const MATMUL = 0;
export const ATTEND = 1;
export const SILU = 2;
export const LOGITS = 3;

/** A unit of a matrix product: outputs that the one-row kernel takes together. */
export const OUTPUTS = 32;

export function describe(
  kind: i32, a: i32, b: i32, c: i32, d: i32, e: i32 = 0, f: i32 = 0, g: i32 = 0, h: i32 = 0, i: i32 = 0, j: i32 = 0, k: i32 = 0, l: i32 = 0,
): void {
  store<i32>(KIND, kind);
  store<i32>(ARGUMENTS, a);
  store<i32>(ARGUMENTS, b, 4);
  store<i32>(ARGUMENTS, c, 8);
  store<i32>(ARGUMENTS, d, 12);
  store<i32>(ARGUMENTS, e, 16);
  store<i32>(ARGUMENTS, f, 20);
  store<i32>(ARGUMENTS, g, 24);
  store<i32>(ARGUMENTS, h, 28);
  store<i32>(ARGUMENTS, i, 32);
  store<i32>(ARGUMENTS, j, 36);
  store<i32>(ARGUMENTS, k, 40);
  store<i32>(ARGUMENTS, l, 44);
}

// @ts-ignore: decorator
@inline
function argument(i: usize): i32 {
  return load<i32>(ARGUMENTS + (i << 2));
}

/** Units [from, to) of the kernel at work. `scratch` is the thread's own; 0 stands for the one that the kernel was given. */
export function perform(from: i32, to: i32, scratch: usize): void {
  switch (load<i32>(KIND)) {
    case MATMUL: {
      const k = argument(4);
      const first = from * OUTPUTS;
      const n = min(to * OUTPUTS, argument(5)) - first;
      matmul(argument(0), argument(1) + first * k * 4, argument(2) + first * 4, argument(3), k, n, argument(6), argument(7));
      return;
    }
    case ATTEND:
      attendSome(
        argument(0), argument(1), argument(2), argument(3), argument(4), argument(5), argument(6),
        argument(7), argument(8), argument(9), argument(10), scratch != 0 ? scratch : <usize>argument(11), from, to,
      );
      return;
    case SILU: {
      const width = argument(3);
      siluMul(argument(0) + from * width * 8, argument(1) + from * width * 4, to - from, width);
      return;
    }
    case LOGITS: {
      const stride = argument(1);
      logSumExp(argument(0) + from * stride * 4, stride, to - from, argument(3), argument(4) + from * 8);
      return;
    }
  }
}
