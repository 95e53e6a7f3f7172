/** What was given most often; ties go to what was given first (METHODS pitfall 15). `undefined` where nothing was given. */
export function majorityOf(votes: Iterable<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  let best: string | undefined;
  for (const [vote, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = vote;
  return best;
}
