import { createStore } from 'zustand/vanilla';
import { OWN } from '../core/data/own.ts';
import { resultDigest } from '../core/link/digest.ts';
import { encodeLink } from '../core/link/link.ts';
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
import { linkOf, openHash, sameExperiment } from './experiment.ts';
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
    writeAddress(address, now);
    void runner.start(now, promised);
  };

  /** At the user's wish, which includes what the model asks of the network. */
  const start = () => {
    for (const choice of modelsOf(experiment.getState().experiment.spec)) resources.models.permit(choice);
    perform();
  };

  /** Only a run that is under way: a finished one would wait for its end for ever. */
  const stopRun = () => {
    if (isBusy(run.getState().status)) runner.cancel();
  };

  /** @returns whether a link was opened or the default experiment had to stand in. */
  const openAddress = () => {
    const opened = openHash(address.hash());
    if (opened.kind === 'bad') {
      notices.add('error', `${opened.problem} The default experiment is shown instead.`);
      address.replaceHash('');
    }
    experiment.setState(opened.kind === 'good' ? opened.state : fresh(), true);
    const asks = modelsOf(experiment.getState().experiment.spec)
      .map(resources.models.pending)
      .find((text) => text !== null);
    if (asks === undefined) perform();
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
      const [dataset, knowledge, model, journal] = await Promise.all([
        resources.dataset(wanted),
        resources.knowledge(wanted),
        resources.models.get(wanted.spec.model, never, () => {}),
        cells,
      ]);
      throwIfAborted(signal);
      return { dataset, knowledge, model, journal };
    },
  };

  return {
    host,
    notices,
    openAddress,
    /** The address of the edited experiment, or why there is none. */
    link(): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: string } {
      const encoded = linkOf(experiment.getState().experiment, run.getState().results, resultDigest);
      return encoded.ok ? { ok: true, url: `${address.page()}${encoded.hash}` } : encoded;
    },
  };
}

export type Playground = ReturnType<typeof createPlayground>;

/** The address follows what runs, so that a reload shows the same. A link that already says it is left as it is. */
function writeAddress(address: Address, now: Experiment): void {
  const opened = openHash(address.hash());
  const said = opened.kind === 'good' ? opened.state.experiment : { spec: defaultSpec };
  if (sameExperiment(said, now)) return;
  if (sameExperiment({ spec: defaultSpec }, now)) {
    address.replaceHash('');
    return;
  }
  const encoded = encodeLink({
    spec: now.spec,
    ...(now.spec.data.id === OWN && now.rows !== undefined ? { rows: now.rows } : {}),
  });
  if (encoded.ok) address.replaceHash(encoded.hash);
}
