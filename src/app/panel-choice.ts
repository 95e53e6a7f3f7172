import { createStore } from 'zustand/vanilla';
import type { PanelPlace, PlaceState } from '../panels/place.ts';

/** The part of the browser's address that says which panel is open, and with which settings. */
export interface PanelAddress {
  /** With its question mark, or empty. */
  readonly search: () => string;
  /** Changes it without a new entry in the history; the fragment, which is the experiment, stays. */
  readonly replaceSearch: (search: string) => void;
}

const NAME = 'panel';

/** Of a setting; a longer one is none of ours. */
const MOST = 100;

/**
 * The open panel, as `?panel=ID` before the fragment: a link opens it, and a reader of links, which begins at the `#`,
 * is not disturbed. The first panel needs no name; an unknown one opens the first. What is set in the open panel follows
 * as `ID.NAME=VALUE`; the settings of the others wait until they are opened again.
 */
export function createPanelChoice(ids: readonly [string, ...string[]], address: PanelAddress) {
  const panelOf = (key: string) => ids.find((id) => key.startsWith(`${id}.`));
  const read = (): PlaceState => {
    const search = new URLSearchParams(address.search());
    const asked = search.get(NAME);
    const panel = ids.find((id) => id === asked) ?? ids[0];
    const own = [...search].filter(([key, value]) => panelOf(key) === panel && value.length <= MOST);
    return { panel, settings: new Map(own) };
  };
  const store = createStore<PlaceState>(read);
  const write = () => {
    const { panel, settings } = store.getState();
    const search = new URLSearchParams(address.search());
    for (const key of [...search.keys()]) if (key === NAME || panelOf(key) !== undefined) search.delete(key);
    if (panel !== ids[0]) search.set(NAME, panel);
    for (const [key, value] of settings) if (panelOf(key) === panel) search.set(key, value);
    const text = search.toString();
    address.replaceSearch(text === '' ? '' : `?${text}`);
  };
  return {
    store,
    choose(panel: string): void {
      store.setState({ panel: ids.find((id) => id === panel) ?? ids[0] });
      write();
    },
    set(name: string, value: string | null): void {
      const { panel, settings } = store.getState();
      const changed = new Map(settings);
      if (value === null) changed.delete(`${panel}.${name}`);
      else changed.set(`${panel}.${name}`, value);
      store.setState({ settings: changed });
      write();
    },
  } satisfies PanelPlace & { choose: (panel: string) => void };
}

export type PanelChoice = ReturnType<typeof createPanelChoice>;
