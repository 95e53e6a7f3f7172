import type { Panel } from '../panel.ts';
import { ComparePanel } from './ComparePanel.tsx';

export const compare: Panel = { id: 'compare', title: 'Compare', Component: ComparePanel };
