import { compare } from '../panels/compare/index.ts';
import { latePanel, type Panel } from '../panels/panel.ts';

/** Every panel of the playground, in the order of the navigation. A new one is a folder and a line here. */
export const panels: readonly [Panel, ...Panel[]] = [
  compare,
  latePanel('calibrate', 'Calibrate', () =>
    import('../panels/calibrate/CalibratePanel.tsx').then((m) => m.CalibratePanel),
  ),
];
