import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Panel } from '../panels/panel.ts';
import { IconButton } from '../ui/Button.tsx';
import type { IconName } from '../ui/icons.tsx';
import { type createTheme, nextTheme, type Theme } from './theme.ts';

const THEME_ICONS: Record<Theme, IconName> = { system: 'screen', light: 'sun', dark: 'moon' };
const THEME_NAMES: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

export function Header({
  panels,
  current,
  onPanel,
  theme: themeStore,
}: {
  panels: readonly Panel[];
  current: string;
  onPanel: (id: string) => void;
  theme: ReturnType<typeof createTheme>;
}) {
  const { theme } = useStore(themeStore);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector(`[data-panel="${current}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <header className="head">
      <div className="head-inner">
        <p className="brand">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="26" height="26" />
          <strong>Knowshot</strong>
          <span className="brand-line">in-context learning, measured in your browser</span>
        </p>
        <nav ref={nav} aria-label="Panels" className="panels">
          {panels.map((panel) => (
            <button
              key={panel.id}
              type="button"
              className="panel-link"
              data-panel={panel.id}
              aria-current={panel.id === current ? 'page' : undefined}
              onClick={() => onPanel(panel.id)}
            >
              {panel.title}
            </button>
          ))}
        </nav>
        <IconButton
          icon={THEME_ICONS[theme]}
          label={`Colours: ${THEME_NAMES[theme]}. Change to ${THEME_NAMES[nextTheme(theme)]}`}
          onClick={() => themeStore.setState({ theme: nextTheme(theme) })}
        />
      </div>
    </header>
  );
}
