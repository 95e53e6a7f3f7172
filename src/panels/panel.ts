import { type ComponentType, lazy } from 'react';

/** A panel of the playground: one folder, and one line in the registry of the shell. */
export interface Panel {
  /** Part of its address. */
  readonly id: string;
  readonly title: string;
  readonly Component: ComponentType;
}

/**
 * A panel whose code comes with its first opening:
 * `latePanel('probe', 'Probe', () => import('../panels/probe/ProbePanel.tsx').then((m) => m.ProbePanel))`.
 */
export const latePanel = (id: string, title: string, load: () => Promise<ComponentType>): Panel => ({
  id,
  title,
  Component: lazy(async () => ({ default: await load() })),
});
