import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Kept, KeptHere } from '../../engines/kept.ts';
import { useHost, useModels } from '../host.ts';
import { keptName, size } from './kept.ts';

/** What this browser keeps of models, read anew when it may have changed. */
export interface KeptView {
  /** `null` until it was read. */
  readonly here: KeptHere | null;
  /** Why it could not be read. */
  readonly problem: string | null;
  /** What was deleted last, in words. */
  readonly said: string;
  /** Deletes files and reads the list again. @throws Error in words for the user. */
  readonly remove: (kept: Kept) => Promise<void>;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function useKept(): KeptView {
  const { models } = useHost();
  const { loading, loaded } = useModels();
  const embedder = useStore(models.embedder);
  const [here, setHere] = useState<KeptHere | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const refresh = useCallback(async () => {
    try {
      setHere(await (await models.kept()).keptHere());
      setProblem(null);
    } catch (error) {
      setProblem(
        `This browser did not say what it keeps of models (${wordsOf(error)}). Reload the page; a private window may keep nothing.`,
      );
    }
  }, [models]);
  // What is here changes when a loading ends, well or not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are the reason to look again.
  useEffect(() => {
    void refresh();
  }, [refresh, loading === null, loaded, embedder.loading === null, embedder.loaded]);
  const remove = useCallback(
    async (kept: Kept) => {
      try {
        await (await models.kept()).removeHere(kept);
      } catch (error) {
        throw new Error(
          `The files of ${keptName(kept)} could not be deleted: ${wordsOf(error)}. Try again, or clear the data of this site in the browser's settings.`,
        );
      } finally {
        // Also of what failed half-way.
        await refresh();
      }
      setSaid(`Deleted: ${keptName(kept)}, ${size(kept.bytes)}.`);
    },
    [models, refresh],
  );
  return { here, problem, said, remove };
}
