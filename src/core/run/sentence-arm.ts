import { embedSource } from './embedder.ts';
import type { Arm } from './spec.ts';

/** An arm that compares texts by the model that answers, with the sentence embedder in its place; others as they are. */
export const bySentence = (arm: Arm): Arm =>
  embedSource(arm) === 'model' && 'embedding' in arm.select
    ? { ...arm, select: { ...arm.select, embedding: 'sentence' } }
    : arm;
