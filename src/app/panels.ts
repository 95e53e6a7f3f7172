import { compare } from '../panels/compare/index.ts';
import { latePanel, type Panel } from '../panels/panel.ts';

/** Every panel of the playground, in the order of the navigation. A new one is a folder and a line here. */
export const panels: readonly [Panel, ...Panel[]] = [
  compare,
  latePanel('grid', 'Grid', () => import('../panels/grid/GridPanel.tsx').then((m) => m.GridPanel)),
  latePanel('select', 'Select', () => import('../panels/select/SelectPanel.tsx').then((m) => m.SelectPanel)),
  latePanel('calibrate', 'Calibrate', () =>
    import('../panels/calibrate/CalibratePanel.tsx').then((m) => m.CalibratePanel),
  ),
  latePanel('probe', 'Probe', () => import('../panels/probe/ProbePanel.tsx').then((m) => m.ProbePanel)),
  latePanel('data', 'Data', () => import('../panels/data/DataPanel.tsx').then((m) => m.DataPanel)),
  latePanel('models', 'Models', () => import('../panels/models/ModelsPanel.tsx').then((m) => m.ModelsPanel)),
  latePanel('ruminate', 'Ruminate', () => import('../panels/ruminate/RuminatePanel.tsx').then((m) => m.RuminatePanel)),
];
