import { perform } from './jobs';

// One job at a time, cut into pieces. Each thread takes a piece, by one compare-exchange, until none is left. The job stays as it
// is until all its pieces are done; so a thread may come late or not at all, and only a piece that it has taken is waited for.
// The memory below 1024 is kept for this and handed out to nobody.

/** Pieces that nobody has taken, pieces done, helpers asleep: each in a cache line of its own. */
const LEFT: usize = 64;
const DONE: usize = 128;
const ASLEEP: usize = 192;
const UNITS: usize = 320;
const PIECES: usize = 324;

/** Looks at the memory before a thread sleeps: one a cycle, so some 50 microseconds, which covers what one thread does between jobs. */
const SPINS = 200000;

/** Pieces for each thread: enough that one that is held up by others on its core does not hold up the job. */
const PIECES_EACH = 4;

/** Multiplications and additions that a piece is worth: less is done sooner than shared. */
const LEAST: i64 = 100000;

let threads: i32 = 1;
let patience: i64 = 0;
let lost: bool = false;

/** A thread has taken a piece and does not finish it. Throws. */
// @ts-ignore: decorator
@external('env', 'lost')
declare function throwLost(): void;

/** From now on work is shared by `count` threads, the calling one among them; a piece is waited for `ms` milliseconds. */
export function setThreads(count: i32, ms: i32): void {
  threads = count;
  patience = <i64>ms * 1000000;
}

/** How many pieces to cut `units` into that cost `cost` together. */
export function piecesOf(units: i32, cost: i64): i32 {
  if (threads < 2) return 1;
  const worth = <i32>min(cost / LEAST, <i64>(threads * PIECES_EACH));
  return min(units, worth);
}

/** Does the job that was described, together with the helpers. */
export function share(units: i32, pieces: i32): void {
  if (lost) throwLost();
  store<i32>(UNITS, units);
  store<i32>(PIECES, pieces);
  atomic.store<i32>(DONE, 0);
  atomic.store<i32>(LEFT, pieces);
  if (atomic.load<i32>(ASLEEP) > 0) atomic.notify(LEFT, pieces - 1);
  work(0);
  for (let spins = 0; spins < SPINS; spins++) if (atomic.load<i32>(DONE) == pieces) return;
  let late = 0;
  for (;;) {
    // Read anew each time: the baseline compiler of V8 11 (Node 20) spoils a local that was given to `wait`.
    const done = atomic.load<i32>(DONE);
    if (done == pieces) return;
    if (atomic.wait<i32>(DONE, done, patience) != AtomicWaitResult.TIMED_OUT) continue;
    // Twice, as a machine may have slept in between.
    if (++late < 2) continue;
    lost = true;
    throwLost();
  }
}

/** The life of a helper: works, waits, and never returns. `scratch`: room of its own for what `attend` needs. */
export function help(scratch: usize): void {
  while (true) {
    work(scratch);
    let spins = SPINS;
    while (spins > 0 && atomic.load<i32>(LEFT) == 0) spins--;
    if (spins > 0) continue;
    atomic.add<i32>(ASLEEP, 1);
    atomic.wait<i32>(LEFT, 0, -1);
    atomic.sub<i32>(ASLEEP, 1);
  }
}

function work(scratch: usize): void {
  for (let piece = take(); piece >= 0; piece = take()) {
    const units = load<i32>(UNITS);
    const pieces = load<i32>(PIECES);
    perform(units * piece / pieces, units * (piece + 1) / pieces, scratch);
    if (atomic.add<i32>(DONE, 1) == pieces - 1 && scratch != 0) atomic.notify(DONE, 1);
  }
}

/** The number of a piece, or -1 if none is left. */
function take(): i32 {
  let left = atomic.load<i32>(LEFT);
  while (left > 0) {
    const seen = atomic.cmpxchg<i32>(LEFT, left, left - 1);
    if (seen == left) return left - 1;
    left = seen;
  }
  return -1;
}
