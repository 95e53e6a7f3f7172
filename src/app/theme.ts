import { createStore } from 'zustand/vanilla';
import type { browserStorage } from './storage.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (value: string | null): value is Theme => THEMES.some((t) => t === value);

export function createTheme(storage: ReturnType<typeof browserStorage>, root: Pick<HTMLElement, 'dataset'>) {
  const stored = storage.read('theme');
  const store = createStore<{ theme: Theme }>(() => ({ theme: isTheme(stored) ? stored : 'system' }));
  const show = ({ theme }: { theme: Theme }) => {
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  show(store.getState());
  store.subscribe((state) => {
    show(state);
    storage.write('theme', state.theme);
  });
  return store;
}

export const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
