/** Where each part of the state lives. A new part has to be named here. */
export const storagePolicy = {
  experiment: 'link',
  promised: 'link',
  panel: 'link',
  panelSettings: 'link',
  server: 'nowhere',
  theme: 'browser',
  backend: 'browser',
  finishedCells: 'browser',
  keptSets: 'browser',
  editedSet: 'nowhere',
  status: 'nowhere',
  results: 'nowhere',
  notices: 'nowhere',
} as const satisfies Record<string, 'link' | 'browser' | 'nowhere'>;

type Key = keyof typeof storagePolicy;
export type BrowserKey = { [K in Key]: (typeof storagePolicy)[K] extends 'browser' ? K : never }[Key];

type Box = Pick<Storage, 'getItem' | 'setItem'>;

const nameOf = (key: BrowserKey): string => `knowshot.${key}`;

/** Small settings of this browser. A browser that refuses storage keeps them for this tab only. */
export function browserStorage(box: () => Box = () => localStorage) {
  return {
    read(key: BrowserKey): string | null {
      try {
        return box().getItem(nameOf(key));
      } catch {
        return null;
      }
    },
    write(key: BrowserKey, value: string): void {
      try {
        box().setItem(nameOf(key), value);
      } catch {
        // Private mode or a full disk: the setting holds until the tab is closed.
      }
    },
  };
}
