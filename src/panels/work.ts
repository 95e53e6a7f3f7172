import { useCallback, useEffect, useRef } from 'react';
import { canonicalJson } from '../core/hash.ts';
import type { Work } from '../core/run/cell.ts';
import { prepareSetting } from '../core/run/setting.ts';
import type { RunSpec } from '../core/run/spec.ts';
import { workOf } from '../core/run/work.ts';
import type { Materials } from './host.ts';

/** Settles a spec once, and keeps it while the panel is open: what was selected and scored is not asked for again. */
export type WorkFor = (spec: RunSpec, materials: Materials, onPhase: (text: string) => void) => Promise<Work>;

export function useWork(): WorkFor {
  const kept = useRef<{ key: string; work: Promise<Work> } | null>(null);
  const closing = useRef<AbortController | null>(null);
  const phase = useRef<(text: string) => void>(() => {});
  useEffect(
    () => () => {
      closing.current?.abort();
      closing.current = null;
      kept.current = null;
    },
    [],
  );
  return useCallback<WorkFor>((spec, { dataset, knowledge, model, embedder }, onPhase) => {
    phase.current = onPhase;
    const key = canonicalJson([spec, dataset.digest, model.identity, embedder?.identity ?? null]);
    if (kept.current?.key === key) return kept.current.work;
    closing.current ??= new AbortController();
    const { signal } = closing.current;
    const work = prepareSetting({
      spec,
      dataset,
      knowledge,
      model,
      embedder,
      signal,
      onPhase: (text) => phase.current(text),
    }).then(workOf);
    const mine = { key, work };
    kept.current = mine;
    work.catch(() => {
      if (kept.current === mine) kept.current = null;
    });
    return work;
  }, []);
}
