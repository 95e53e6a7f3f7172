import type { ComponentType } from 'react';

/** A panel of the playground: one folder, and one line in the registry of the shell. */
export interface Panel {
  /** Part of its address. */
  readonly id: string;
  readonly title: string;
  readonly Component: ComponentType;
}
