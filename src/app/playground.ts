import { createStore } from 'zustand/vanilla';
import { throwIfAborted } from '../core/model/engine-error.ts';
import type { Journal } from '../core/run/journal.ts';
import { modelsOf } from '../core/run/models.ts';
import { defaultSpec } from '../core/run/presets.ts';
import { runExperiment } from '../core/run/run.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import {
  type Experiment,
  type ExperimentState,
  type Host,
  isBusy,
  type ModelHost,
  type RunState,
} from '../panels/host.ts';
import type { BackendChoice } from './backend.ts';
import { sameExperiment } from './experiment.ts';
import type { OpenedLink } from './link.ts';
import type { ModelShelf } from './model-shelf.ts';
import { createNotices } from './notices.ts';
import { createResources, type ResourceLoaders } from './resources.ts';
import { initialRun } from './run-reducer.ts';
import { createRunner } from './runner.ts';

/** The part of the browser's address that the playground reads and writes. */
export interface Address {
  readonly hash: () => string;
  /** Everything before the fragment. */
  readonly page: () => string;
  /** Changes the fragment without a new entry in the history. */
  readonly replaceHash: (hash: string) => void;
}

export interface PlaygroundOptions extends ResourceLoaders {
  readonly shelf: ModelShelf;
  readonly backend: BackendChoice;
  readonly address: Address;
  readonly openJournal: (onRefused: (text: string) => void) => Promise<Journal>;
}

const fresh = (): ExperimentState => ({ experiment: { spec: defaultSpec }, promised: null });

/** The whole application without its view: stores, and what can be done to them. */
export function createPlayground({ address, openJournal, shelf, backend, ...loaders }: PlaygroundOptions) {
  const notices = createNotices();
  const resources = createResources(loaders);
  const experiment = createStore<ExperimentState>(fresh);
  const run = createStore<RunState>(() => initialRun);
  const cells = openJournal((text) => notices.add('warn', text));
  const runner = createRunner({ store: run, resources, journal: cells, runExperiment });

  /** The set of the edited experiment is wanted for the form, run or not; a run reports what is wrong with it. */
  experiment.subscribe((state, before) => {
    if (state.experiment.spec.data.id !== before.experiment.spec.data.id) {
      resources.dataset(state.experiment).catch(() => {});
    }
  });

  const perform = () => {
    const { experiment: now, promised } = experiment.getState();
    writeAddress(address, now).catch((error: unknown) => {
      notices.add('warn', `The address does not show this experiment. ${unloaded(error)}`);
    });
    void runner.start(now, promised);
  };

  /** At the user's wish, which includes what the model asks of the network. */
  const start = () => {
    const { spec } = experiment.getState().experiment;
    for (const choice of modelsOf(spec)) resources.models.permit(choice);
    resources.embedder.permitFor(spec);
    perform();
  };

  /** Only a run that is under way: a finished one would wait for its end for ever. */
  const stopRun = () => {
    if (isBusy(run.getState().status)) runner.cancel();
  };

  /** Opens what the address asks for, or the default experiment. Never rejects: what is wrong becomes a notice. */
  const openAddress = async () => {
    const hash = address.hash();
    let opened: OpenedLink | null;
    try {
      opened = await readHash(hash);
    } catch (error) {
      notices.add('error', `The link of this page was not opened. ${unloaded(error)}`);
      return;
    }
    // Another one was asked for meanwhile.
    if (address.hash() !== hash) return;
    if (opened?.kind === 'bad') {
      notices.add('error', `${opened.problem} The default experiment is shown instead.`);
      address.replaceHash('');
    }
    experiment.setState(opened?.kind === 'good' ? opened.state : fresh(), true);
    const { spec } = experiment.getState().experiment;
    const asks = [...modelsOf(spec).map(resources.models.pending), resources.embedder.pendingFor(spec)]
      .filter((text) => text !== null)
      .join(' ');
    if (asks === '') perform();
    else {
      stopRun();
      notices.add('warn', `${asks} Nothing is asked of anyone before you press Run; other models are under Models.`);
    }
  };

  let loading: AbortController | null = null;
  const load = (choice: ModelChoice) => {
    loading = new AbortController();
    // The store tells how it goes.
    resources.models.get(choice, loading.signal, () => {}).catch(() => {});
  };
  let embedding: AbortController | null = null;
  const models: ModelHost = {
    ...shelf,
    state: resources.models.store,
    use(choice, server) {
      models.cancel();
      if (server !== undefined) resources.models.connect(server);
      resources.models.permit(choice);
      host.edit((spec) => ({ ...spec, model: choice }));
      load(choice);
    },
    embedder: resources.embedder.store,
    chooseEmbedder(choice, folder) {
      models.cancelEmbedder();
      if (folder !== undefined) resources.embedder.from(folder);
      host.edit(({ embedder: _, ...spec }) => (choice === null ? spec : { ...spec, embedder: choice }));
      if (choice === null) return resources.embedder.drop();
      resources.embedder.permit(choice);
      embedding = new AbortController();
      // The store tells how it goes.
      resources.embedder.get(choice, embedding.signal, () => {}).catch(() => {});
    },
    cancelEmbedder() {
      stopRun();
      embedding?.abort();
    },
    backend,
    runOn(next) {
      const { loaded, loading: begun, failure } = resources.models.store.getState();
      backend.setState({ backend: next });
      const choice = (begun ?? loaded ?? failure)?.choice;
      if (choice?.engine !== 'embedded') return;
      models.cancel();
      resources.models.drop();
      load(choice);
    },
    cancel() {
      stopRun();
      loading?.abort();
    },
  };

  const host: Host = {
    experiment,
    run,
    library: resources.library,
    assets: loaders.assets,
    models,
    edit(change) {
      const { experiment: before } = experiment.getState();
      const next = { ...before, spec: change(before.spec) };
      experiment.setState({ experiment: next, promised: null }, true);
    },
    open(next: Experiment) {
      experiment.setState({ experiment: next, promised: null }, true);
      start();
    },
    start,
    cancel: runner.cancel,
    async materials(wanted, signal) {
      // A run may wait for the same model: that this panel is left must not stop its loading.
      const { signal: never } = new AbortController();
      const [dataset, knowledge, model, embedder, journal] = await Promise.all([
        resources.dataset(wanted),
        resources.knowledge(wanted),
        resources.models.get(wanted.spec.model, never, () => {}),
        resources.embedder.getFor(wanted.spec, never, () => {}),
        cells,
      ]);
      throwIfAborted(signal);
      return { dataset, knowledge, model, embedder, journal };
    },
  };

  return {
    host,
    notices,
    openAddress,
    /** The address of the edited experiment, or why there is none. */
    async link(): Promise<
      { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: string }
    > {
      try {
        const { linkOf } = await links();
        const encoded = linkOf(experiment.getState().experiment, run.getState().results);
        return encoded.ok ? { ok: true, url: `${address.page()}${encoded.hash}` } : encoded;
      } catch (error) {
        return { ok: false, problem: `There is no link. ${unloaded(error)}` };
      }
    },
    /** Gets ready for `link`, which is about to be asked for. */
    expectLink(): void {
      links().catch(() => {});
    },
  };
}

export type Playground = ReturnType<typeof createPlayground>;

/** Reads and writes links. The default experiment needs none, so this comes when one is opened or made. */
const links = () => import('./link.ts');

const unloaded = (error: unknown): string =>
  `The part of the page that reads and writes links could not be loaded (${error instanceof Error ? error.message : String(error)}). Try again, or reload the page.`;

/** What the fragment of the address asks for; `null` where it is empty. */
async function readHash(hash: string): Promise<OpenedLink | null> {
  return hash === '' || hash === '#' ? null : (await links()).openLink(hash);
}

/** The address follows what runs, so that a reload shows the same. A link that already says it is left as it is. */
async function writeAddress(address: Address, now: Experiment): Promise<void> {
  const hash = address.hash();
  const opened = await readHash(hash);
  const said = opened?.kind === 'good' ? opened.state.experiment : { spec: defaultSpec };
  if (sameExperiment(said, now)) return;
  let next = '';
  if (!sameExperiment({ spec: defaultSpec }, now)) {
    const encoded = (await links()).linkOf(now, null);
    if (!encoded.ok) return;
    next = encoded.hash;
  }
  if (address.hash() === hash) address.replaceHash(next);
}
