import { useCallback, useEffect, useRef, useState } from 'react';
import { isAbort, throwIfAborted } from '../core/model/engine-error.ts';
import { type Experiment, type Materials, useHost } from './host.ts';

/** Something that a panel computes for itself with the model. */
export type JobState<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly text: string; readonly done: number | null; readonly total: number | null }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly value: T };

export interface JobTools {
  readonly materials: Materials;
  readonly signal: AbortSignal;
  readonly report: (text: string, done?: number, total?: number) => void;
}

export interface Job<T> {
  readonly state: JobState<T>;
  /** Stops the one before it. */
  readonly start: (experiment: Experiment, work: (tools: JobTools) => Promise<T>) => void;
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
      const report: JobTools['report'] = (text, done, total) =>
        show({ kind: 'working', text, done: done ?? null, total: total ?? null });
      report('Loading data and model');
      const run = async (): Promise<T> => {
        const materials = await host.materials(experiment, controller.signal);
        const value = await work({ materials, signal: controller.signal, report });
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
