import { useCallback, useEffect, useRef, useState } from 'react';
import { isAbort, throwIfAborted } from '../core/model/engine-error.ts';
import { type Experiment, type Materials, useHost } from './host.ts';

/** Something that a panel computes for itself with the model. */
export type JobState<T> =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working';
      readonly text: string;
      readonly done: number | null;
      readonly total: number | null;
      /** What is there so far. */
      readonly partial: T | null;
    }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly value: T };

export interface TaskTools<T> {
  readonly signal: AbortSignal;
  readonly report: (text: string, done?: number, total?: number) => void;
  /** Shows a part of the result before all of it is there. */
  readonly share: (partial: T) => void;
}

export interface JobTools<T> extends TaskTools<T> {
  readonly materials: Materials;
}

export interface Task<T> {
  readonly state: JobState<T>;
  /** Stops the one before it. */
  readonly start: (first: string, work: (tools: TaskTools<T>) => Promise<T>) => void;
  /** Stops, and forgets the result. */
  readonly clear: () => void;
}

export interface Job<T> extends Omit<Task<T>, 'start'> {
  readonly start: (experiment: Experiment, work: (tools: JobTools<T>) => Promise<T>) => void;
}

/** One job at a time, with what an experiment is run with; it stops when the panel is left. */
export function useJob<T>(): Job<T> {
  const host = useHost();
  const { start: begin, ...task } = useTask<T>();
  const start = useCallback<Job<T>['start']>(
    (experiment, work) =>
      begin('Loading data and model', async (tools) =>
        work({ ...tools, materials: await host.materials(experiment, tools.signal) }),
      ),
    [host, begin],
  );
  return { ...task, start };
}

/** One task at a time; it stops when the panel is left. */
export function useTask<T>(): Task<T> {
  const [state, setState] = useState<JobState<T>>({ kind: 'idle' });
  const current = useRef<AbortController | null>(null);
  const clear = useCallback(() => {
    current.current?.abort();
    current.current = null;
    setState({ kind: 'idle' });
  }, []);
  const start = useCallback<Task<T>['start']>((first, work) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const show = (next: JobState<T>) => {
      if (current.current === controller) setState(next);
    };
    let partial: T | null = null;
    let progress = { text: '', done: null as number | null, total: null as number | null };
    const redraw = () => show({ kind: 'working', ...progress, partial });
    const report: TaskTools<T>['report'] = (text, done, total) => {
      progress = { text, done: done ?? null, total: total ?? null };
      redraw();
    };
    const share = (value: T) => {
      partial = value;
      redraw();
    };
    report(first);
    const run = async (): Promise<T> => {
      const value = await work({ signal: controller.signal, report, share });
      throwIfAborted(controller.signal);
      return value;
    };
    run().then(
      (value) => show({ kind: 'ready', value }),
      (error: unknown) => {
        if (isAbort(error)) show({ kind: 'idle' });
        else show({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      },
    );
  }, []);
  useEffect(() => () => current.current?.abort(), []);
  return { state, start, clear };
}

/** The result, or what is there of it. */
export const soFar = <T>(state: JobState<T>): T | null =>
  state.kind === 'ready' ? state.value : state.kind === 'working' ? state.partial : null;
