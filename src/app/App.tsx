import { Suspense, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { HostContext, useModels } from '../panels/host.ts';
import { PlaceContext } from '../panels/place.ts';
import { ErrorBoundary } from '../ui/ErrorBoundary.tsx';
import { Alert } from '../ui/feedback.tsx';
import { Header } from './Header.tsx';
import type { PanelChoice } from './panel-choice.ts';
import { panels } from './panels.ts';
import type { Playground } from './playground.ts';
import { RunBar } from './RunBar.tsx';
import type { createTheme } from './theme.ts';

export function App({
  playground,
  choice,
  theme,
}: {
  playground: Playground;
  choice: PanelChoice;
  theme: ReturnType<typeof createTheme>;
}) {
  const panelId = useStore(choice.store, (s) => s.panel);
  const panel = panels.find((p) => p.id === panelId) ?? panels[0];
  const main = useRef<HTMLElement>(null);
  const { notices } = useStore(playground.notices.store);
  useEffect(() => {
    document.title = `${panel.title} · Knowshot`;
  }, [panel]);
  return (
    <HostContext value={playground.host}>
      {/* No anchor: the fragment belongs to the experiment. */}
      <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
        Skip to the experiment
      </button>
      <Header panels={panels} current={panel.id} onPanel={choice.choose} theme={theme} />
      <RunBar link={playground.link} expectLink={playground.expectLink} />
      <main id="main" ref={main} tabIndex={-1} className="page">
        {notices.length > 0 && (
          <section className="notices" aria-label="Messages">
            {notices.map(({ id, tone, text }) => (
              <Alert key={id} tone={tone} onDismiss={() => playground.notices.dismiss(id)}>
                {text}
              </Alert>
            ))}
          </section>
        )}
        <ErrorBoundary key={panel.id} what="This panel">
          <Suspense fallback={<p className="muted">Loading the panel</p>}>
            <PlaceContext value={choice}>
              <panel.Component />
            </PlaceContext>
          </Suspense>
        </ErrorBoundary>
      </main>
      <Foot />
    </HostContext>
  );
}

/** What leaves the machine, by the engine in use. */
function Foot() {
  const { loaded } = useModels();
  return (
    <footer className="foot">
      {loaded?.choice.engine === 'openai'
        ? 'The model runs on the server that you named: prompts go there and nowhere else.'
        : 'The model runs in this tab. Nothing that you type or load leaves your machine.'}
    </footer>
  );
}
