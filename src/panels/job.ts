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

export interface JobTools<T> {
  readonly materials: Materials;
  readonly signal: AbortSignal;
  readonly report: (text: string, done?: number, total?: number) => void;
  /** Shows a part of the result before all of it is there. */
  readonly share: (partial: T) => void;
}

export interface Job<T> {
  readonly state: JobState<T>;
  /** Stops the one before it. */
  readonly start: (experiment: Experiment, work: (tools: JobTools<T>) => Promise<T>) => void;
  /** Stops, and forgets the result. */
  readonly clear: () => void;
}

/** One job at a time; it stops when the panel is left. */
export function useJob<T>(): Job<T> {
  const host = useHost();
  const [state, setState] = useState<JobState<T>>({ kind: 'idle' });
  const current = useRef<AbortController | null>(null);
  const clear = useCallback(() => {
    current.current?.abort();
    current.current = null;
    setState({ kind: 'idle' });
  }, []);
  const start = useCallback<Job<T>['start']>(
    (experiment, work) => {
      current.current?.abort();
      const controller = new AbortController();
      current.current = controller;
      const show = (next: JobState<T>) => {
        if (current.current === controller) setState(next);
      };
      let partial: T | null = null;
      let progress = { text: '', done: null as number | null, total: null as number | null };
      const redraw = () => show({ kind: 'working', ...progress, partial });
      const report: JobTools<T>['report'] = (text, done, total) => {
        progress = { text, done: done ?? null, total: total ?? null };
        redraw();
      };
      const share = (value: T) => {
        partial = value;
        redraw();
      };
      report('Loading data and model');
      const run = async (): Promise<T> => {
        const materials = await host.materials(experiment, controller.signal);
        const value = await work({ materials, signal: controller.signal, report, share });
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
    },
    [host],
  );
  useEffect(() => () => current.current?.abort(), []);
  return { state, start, clear };
}

/** The result, or what is there of it. */
export const soFar = <T>(state: JobState<T>): T | null =>
  state.kind === 'ready' ? state.value : state.kind === 'working' ? state.partial : null;
