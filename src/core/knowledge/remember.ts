import type { Mention } from './types.ts';

/** Texts are linked many times: for selection, for marking, for coverage. */
export function remember(link: (text: string) => readonly Mention[]): (text: string) => readonly Mention[] {
  const known = new Map<string, readonly Mention[]>();
  return (text) => {
    let mentions = known.get(text);
    if (mentions === undefined) {
      if (known.size > 50_000) known.clear();
      mentions = link(text);
      known.set(text, mentions);
    }
    return mentions;
  };
}
