import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import './app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadKnowledge } from '../core/knowledge/load.ts';
import { fetchAssets } from '../engines/assets/fetch-assets.ts';
import { App } from './App.tsx';
import { createBackendChoice } from './backend.ts';
import { embedderAsks, loadEmbedder, loadModel, modelAsks } from './engines.ts';
import { browserJournal } from './journal.ts';
import { createModelShelf } from './model-shelf.ts';
import { keepOffline } from './offline.ts';
import { createPanelChoice } from './panel-choice.ts';
import { panels } from './panels.ts';
import { createPlayground } from './playground.ts';
import { browserStorage } from './storage.ts';
import { createTheme } from './theme.ts';

const baseUrl = new URL(import.meta.env.BASE_URL, document.baseURI).href;

const theme = createTheme(browserStorage(), document.documentElement);
const backend = createBackendChoice(browserStorage());

const playground = createPlayground({
  assets: fetchAssets(baseUrl),
  loadKnowledge,
  loadModel: (choice, options) => loadModel(choice, { ...options, ...backend.getState(), baseUrl }),
  modelAsks,
  loadEmbedder,
  embedderAsks,
  shelf: createModelShelf(fetchAssets(baseUrl), (id, on, signal) =>
    loadModel({ engine: 'embedded', id }, { backend: on, baseUrl, server: null, signal, onProgress: () => {} }),
  ),
  backend,
  openJournal: (onRefused) => browserJournal({ onRefused }),
  address: {
    hash: () => location.hash,
    page: () => location.href.split('#')[0] ?? '',
    replaceHash: (hash) => history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash),
  },
});

const [firstPanel, ...otherPanels] = panels;
const choice = createPanelChoice([firstPanel.id, ...otherPanels.map((panel) => panel.id)], {
  search: () => location.search,
  replaceSearch: (search) => history.replaceState(null, '', location.pathname + search + location.hash),
});

window.addEventListener('hashchange', playground.openAddress);

const root = document.getElementById('root');
// Not before: a page that shows one experiment and then another would jump. (No top-level await: what reads links imports
// from this file's own bundle.)
void playground.openAddress().then(() => {
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <App playground={playground} choice={choice} theme={theme} />
    </StrictMode>,
  );
  keepOffline(playground.host.run, baseUrl);
});
