/** Not measured beyond: each thread more has less to gain, as what only one thread does stays. */
const MOST = 4;

/** Threads that the embedded model takes by itself on a machine of so many cores: of more than two, one is left to the page. */
export const threadsFor = (cores: number): number => Math.min(MOST, cores > 2 ? cores - 1 : Math.max(1, cores));
