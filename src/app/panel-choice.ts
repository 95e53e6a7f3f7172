import { createStore } from 'zustand/vanilla';

/** The part of the browser's address that says which panel is open. */
export interface PanelAddress {
  /** With its question mark, or empty. */
  readonly search: () => string;
  /** Changes it without a new entry in the history; the fragment, which is the experiment, stays. */
  readonly replaceSearch: (search: string) => void;
}

const NAME = 'panel';

/**
 * The open panel, as `?panel=ID` before the fragment: a link opens it, and a reader of links, which begins at the `#`,
 * is not disturbed. The first panel needs no name; an unknown one opens the first.
 */
export function createPanelChoice(ids: readonly [string, ...string[]], address: PanelAddress) {
  const read = (): string => {
    const asked = new URLSearchParams(address.search()).get(NAME);
    return ids.find((id) => id === asked) ?? ids[0];
  };
  const store = createStore<{ readonly panel: string }>(() => ({ panel: read() }));
  return {
    store,
    choose(panel: string): void {
      const search = new URLSearchParams(address.search());
      if (panel === ids[0]) search.delete(NAME);
      else search.set(NAME, panel);
      const text = search.toString();
      address.replaceSearch(text === '' ? '' : `?${text}`);
      store.setState({ panel: read() });
    },
  };
}

export type PanelChoice = ReturnType<typeof createPanelChoice>;
