import type { Dataset } from '../core/data/example.ts';
import type { ModelIdentity, TokenUsage } from '../core/model/language-model.ts';
import type { CellRecord, RunNotice, RunRecord } from '../core/run/record.ts';
import { summarise } from '../core/run/summarise.ts';
import type { Experiment, Progress, Results, RunState } from '../panels/host.ts';

export type RunAction =
  | { readonly type: 'loading'; readonly text: string; readonly done?: number; readonly total?: number }
  | {
      readonly type: 'started';
      readonly experiment: Experiment;
      readonly dataset: Dataset;
      readonly model: ModelIdentity;
      readonly total: number;
    }
  | { readonly type: 'notice'; readonly notice: RunNotice }
  | { readonly type: 'phase'; readonly text: string }
  | {
      readonly type: 'cells';
      readonly cells: readonly CellRecord[];
      readonly usage: TokenUsage;
      readonly progress: Progress;
    }
  | { readonly type: 'cancelling' }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'finished'; readonly record: RunRecord; readonly check: Results['check'] };

export const initialRun: RunState = { status: { kind: 'idle' }, results: null };

const progressOf = ({ status }: RunState): Progress | null =>
  status.kind === 'running' || status.kind === 'cancelling' ? status.progress : null;

/** The state of the run after an event. Results change only together with the experiment that gave them. */
export function reduceRun(state: RunState, action: RunAction): RunState {
  const { status, results } = state;
  const cancelling = status.kind === 'cancelling';
  switch (action.type) {
    case 'loading':
      if (cancelling) return state;
      return {
        ...state,
        status: { kind: 'loading', text: action.text, done: action.done ?? null, total: action.total ?? null },
      };
    case 'started': {
      const { experiment, dataset, model, total } = action;
      const progress: Progress = { done: 0, total, rate: null, secondsLeft: null };
      return {
        status: cancelling ? { kind: 'cancelling', progress } : { kind: 'running', phase: 'starting', progress },
        results: {
          experiment,
          dataset,
          model,
          total,
          cells: [],
          summary: summarise({ arms: experiment.spec.arms, labels: dataset.labels, cells: [] }),
          usage: { asked: 0, computed: 0 },
          notices: [],
          record: null,
          check: null,
        },
      };
    }
    case 'notice':
      return results === null
        ? state
        : { ...state, results: { ...results, notices: [...results.notices, action.notice] } };
    case 'phase':
      return status.kind === 'running' ? { ...state, status: { ...status, phase: action.text } } : state;
    case 'cells': {
      if (results === null) return state;
      const cells = [...results.cells, ...action.cells];
      const { arms, primary } = results.experiment.spec;
      return {
        status: cancelling
          ? { kind: 'cancelling', progress: action.progress }
          : { kind: 'running', phase: 'answering', progress: action.progress },
        results: {
          ...results,
          cells,
          usage: action.usage,
          summary: summarise({ arms, labels: results.dataset.labels, cells, primary }),
        },
      };
    }
    case 'cancelling':
      return { ...state, status: { kind: 'cancelling', progress: progressOf(state) } };
    case 'stopped': {
      const progress = progressOf(state);
      return { ...state, status: { kind: 'stopped', done: progress?.done ?? 0, total: progress?.total ?? 0 } };
    }
    case 'failed':
      return { ...state, status: { kind: 'failed', message: action.message } };
    case 'finished': {
      if (results === null) return state;
      const { record, check } = action;
      return {
        status: { kind: 'done' },
        results: {
          ...results,
          cells: record.cells,
          summary: record.summary,
          usage: record.usage,
          notices: record.notices,
          record,
          check,
        },
      };
    }
  }
}
