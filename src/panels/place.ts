import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { ReadonlyStore } from './host.ts';

export interface PlaceState {
  /** The open panel. */
  readonly panel: string;
  /** By `PANEL.NAME`, as they stand in the address. */
  readonly settings: ReadonlyMap<string, string>;
}

/** Where one is in the playground: the open panel and what is set in it, both part of every link. */
export interface PanelPlace {
  readonly store: ReadonlyStore<PlaceState>;
  /** A setting of the open panel; `null` takes it out of the address. */
  readonly set: (name: string, value: string | null) => void;
}

export const PlaceContext = createContext<PanelPlace | null>(null);

function useSetting(name: string): [string | undefined, (value: string | null) => void] {
  const place = use(PlaceContext);
  if (place === null) throw new Error('a panel needs a place around it');
  const value = useStore(place.store, ({ panel, settings }) => settings.get(`${panel}.${name}`));
  return [value, (next) => place.set(name, next)];
}

/** One of several, kept in the address; the first of them stands for nothing said or something that is not there. */
export function useChoiceSetting<T extends string>(
  name: string,
  choices: readonly T[],
): [T | undefined, (next: T) => void] {
  const [text, set] = useSetting(name);
  const [preset] = choices;
  return [choices.find((choice) => choice === text) ?? preset, (next) => set(next === preset ? null : next)];
}

/** A whole number, kept in the address; `preset` stands for nothing said. Always within `min` and `max`. */
export function useNumberSetting(
  name: string,
  { preset, min, max }: { preset: number; min: number; max: number },
): [number, (next: number) => void] {
  const [text, set] = useSetting(name);
  const asked = text !== undefined && /^\d{1,9}$/u.test(text) ? Number(text) : preset;
  return [Math.min(max, Math.max(min, asked)), (next) => set(next === preset ? null : String(next))];
}
