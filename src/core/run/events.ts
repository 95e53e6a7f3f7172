import type { TokenUsage } from '../model/language-model.ts';
import type { CellRecord, RunNotice } from './record.ts';

/** What a running experiment tells its listener. */
export type RunEvent =
  | { readonly type: 'started'; readonly total: number }
  | { readonly type: 'notice'; readonly notice: RunNotice }
  /** What is being done now, for a progress line: "embedding the pool". */
  | { readonly type: 'phase'; readonly text: string }
  | {
      readonly type: 'cells';
      readonly cells: readonly CellRecord[];
      readonly done: number;
      readonly total: number;
      readonly usage: TokenUsage;
    };
