import { useEffect, useState } from 'react';

export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly value: T };

/** What a promise gives, anew when `load` changes; an answer that comes late is dropped. */
export function useAsync<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' });
  useEffect(() => {
    let wanted = true;
    setState({ kind: 'loading' });
    load().then(
      (value) => wanted && setState({ kind: 'ready', value }),
      (error: unknown) =>
        wanted && setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  return state;
}
