/** Runs jobs side by side. The first that fails stops the others; it is reported when all have ended. */
export async function allOrNone<T, U>(
  items: readonly T[],
  job: (item: T, signal: AbortSignal) => Promise<U>,
  signal: AbortSignal | undefined,
): Promise<U[]> {
  const failed = new AbortController();
  const both = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let first: { readonly error: unknown } | undefined;
  const results = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await job(item, both);
      } catch (error) {
        first ??= { error };
        failed.abort();
        throw error;
      }
    }),
  );
  if (first !== undefined) throw first.error;
  return results.map((result) => (result as PromiseFulfilledResult<U>).value);
}
