import * as v from 'valibot';

/** What the page tells the engine's worker. */
export const WorkerLoadOptions = v.object({ modelId: v.string() });
export type WorkerLoadOptions = v.InferOutput<typeof WorkerLoadOptions>;
