import { createContext, use } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { Assets } from '../core/assets.ts';
import type { Dataset } from '../core/data/example.ts';
import type { Knowledge } from '../core/knowledge/types.ts';
import type { ResultDigest } from '../core/link/digest.ts';
import type { LinkPayload } from '../core/link/payload.ts';
import type { Need } from '../core/model/fit.ts';
import type {
  Capability,
  ChatTemplate,
  LanguageModel,
  LoadPhase,
  ModelIdentity,
  SelfTestCheck,
  TokenUsage,
} from '../core/model/language-model.ts';
import type { Arithmetic, Machine } from '../core/model/machine.ts';
import type { Journal } from '../core/run/journal.ts';
import type { CellRecord, RunNotice, RunRecord } from '../core/run/record.ts';
import type { EmbedderChoice, ModelChoice, RunSpec } from '../core/run/spec.ts';
import type { ArmSummary } from '../core/run/summary.ts';
import type { Backend } from '../engines/embedded/load.ts';
import type { Kept, KeptHere } from '../engines/kept.ts';
import type { EndpointReport } from '../engines/openai/index.ts';
import type { FolderFile } from '../engines/transformers/files.ts';

/** A whole experiment: the request, and own rows where it has any. */
export type Experiment = Pick<LinkPayload, 'spec' | 'rows'>;

export interface ExperimentState {
  /** The one being edited. */
  readonly experiment: Experiment;
  /** What the link that it came from promises. */
  readonly promised: ResultDigest | null;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Answers a second, over the last while; `null` until it can be told. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

export type RunStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly text: string; readonly done: number | null; readonly total: number | null }
  | { readonly kind: 'running'; readonly phase: string; readonly progress: Progress }
  | { readonly kind: 'cancelling'; readonly progress: Progress | null }
  | { readonly kind: 'stopped'; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done' };

/** Answers with the experiment that gave them, while it runs and after. */
export interface Results {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly model: ModelIdentity;
  readonly total: number;
  readonly cells: readonly CellRecord[];
  readonly summary: readonly ArmSummary[];
  readonly usage: TokenUsage;
  readonly notices: readonly RunNotice[];
  /** The full evidence, once the run is complete. */
  readonly record: RunRecord | null;
  /** How the numbers compare with those the link promised. */
  readonly check: { readonly same: boolean; readonly text: string } | null;
}

export interface RunState {
  readonly status: RunStatus;
  readonly results: Results | null;
}

/** What has been loaded so far. */
export interface LibraryState {
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly knowledge: Knowledge | null;
}

export type ReadonlyStore<T> = Pick<StoreApi<T>, 'getState' | 'getInitialState' | 'subscribe'>;

/** All that an experiment is run with; the same objects that a run of it gets. */
export interface Materials {
  readonly dataset: Dataset;
  readonly knowledge: Knowledge;
  readonly model: LanguageModel;
  /** There where an arm compares texts by it. */
  readonly embedder: LanguageModel | undefined;
  readonly journal: Journal;
}

/** A model in use, by what it says of itself. */
export interface LoadedModel {
  readonly choice: ModelChoice;
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly contextLength: number;
  readonly selfTest: readonly SelfTestCheck[];
  /** There for models that were trained to chat. */
  readonly chat: ChatTemplate | undefined;
}

/** One model is in use at a time; the next one takes its place. */
export interface ModelState {
  readonly loaded: LoadedModel | null;
  readonly loading: {
    readonly choice: ModelChoice;
    readonly phase: LoadPhase;
    /** In bytes, where they are counted; the rate is in bytes a second. */
    readonly progress: Progress | null;
  } | null;
  /** What was last tried and did not load. */
  readonly failure: { readonly choice: ModelChoice; readonly message: string } | null;
}

/** A model server that the user named. The key stays in this tab's memory. */
export interface ServerPlace {
  readonly url: string;
  readonly apiKey: string;
}

/** Files of a sentence embedder that the user chose, by their path in its folder. */
export type EmbedderFolder = readonly FolderFile[];

/** A model that comes with the page. */
export interface EmbeddedOffer {
  readonly choice: ModelChoice;
  readonly title: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly licence: string;
}

/** A model that can be downloaded to this browser, as it would run on this machine. */
export interface Offer {
  readonly choice: ModelChoice;
  readonly title: string;
  readonly parameters: number;
  readonly licence: string;
  readonly licenceUrl: string;
  /** Whether it can be told to think before it answers. */
  readonly thinks: boolean;
  /** Its files by name; see `Kept`. */
  readonly files: string;
  readonly need: Need;
}

export interface KeptFiles {
  keptHere(): Promise<KeptHere>;
  removeHere(kept: Pick<Kept, 'engine' | 'repository'>): Promise<void>;
}

export interface ModelHost {
  readonly state: ReadonlyStore<ModelState>;
  machine(): Promise<Machine>;
  embedded(): Promise<readonly EmbeddedOffer[]>;
  /** Where embedded models score. This browser keeps it; links say nothing of it. */
  readonly backend: ReadonlyStore<{ readonly backend: Backend }>;
  /** Chooses that; an embedded model in use is loaded again, and a run on it stopped. */
  runOn(backend: Backend): void;
  /** An embedded model beside the one in use, to try a back end with; whoever asks disposes of it. */
  openEmbedded(id: string, backend: Backend, signal: AbortSignal): Promise<LanguageModel>;
  offers(machine: Machine, arithmetic: Arithmetic): readonly Offer[];
  /** What reads and deletes the files of models that this browser keeps. */
  kept(): Promise<KeptFiles>;
  /** The endpoint doctor. */
  examine(server: ServerPlace, model: string, signal: AbortSignal): Promise<EndpointReport>;
  /** Makes a model the experiment's and loads it; this is the user's consent to what that asks of the network. */
  use(choice: ModelChoice, server?: ServerPlace): void;
  /** Stops loading. What is downloaded stays. */
  cancel(): void;
  /** The sentence embedder beside the model. */
  readonly embedder: ReadonlyStore<ModelState>;
  /** Makes one the experiment's and loads it, likewise with consent; `null` leaves it out. */
  chooseEmbedder(choice: EmbedderChoice | null, folder?: EmbedderFolder): void;
  cancelEmbedder(): void;
}

/** What the shell gives every panel: state to read, and the few things that can be asked for. */
export interface Host {
  readonly experiment: ReadonlyStore<ExperimentState>;
  readonly run: ReadonlyStore<RunState>;
  readonly library: ReadonlyStore<LibraryState>;
  readonly models: ModelHost;
  /** Files of the page itself: sets, knowledge. */
  readonly assets: Assets;
  edit(change: (spec: RunSpec) => RunSpec): void;
  /** Puts an experiment in place of the edited one and runs it. */
  open(experiment: Experiment): void;
  /** Runs the edited experiment; one that runs is stopped first. */
  start(): void;
  cancel(): void;
  /**
   * For a panel that asks the model itself, beside the shown results. An experiment with another model than the one in
   * use takes its place, so a panel asks only while no run is busy.
   */
  materials(experiment: Experiment, signal: AbortSignal): Promise<Materials>;
}

export const HostContext = createContext<Host | null>(null);

export function useHost(): Host {
  const host = use(HostContext);
  if (host === null) throw new Error('a panel needs a host around it');
  return host;
}

export const useSpec = (): RunSpec => useStore(useHost().experiment, (s) => s.experiment.spec);
export const useExperiment = (): Experiment => useStore(useHost().experiment, (s) => s.experiment);
export const useModels = (): ModelState => useStore(useHost().models.state);
export const useResults = (): Results | null => useStore(useHost().run, (s) => s.results);
export const useStatus = (): RunStatus => useStore(useHost().run, (s) => s.status);

/** The data of the edited experiment, once loaded. */
export function useDataset(): Dataset | undefined {
  const host = useHost();
  const experiment = useExperiment();
  const datasets = useStore(host.library, (s) => s.datasets);
  return datasets.get(experiment.spec.data.id);
}

export const isBusy = ({ kind }: RunStatus): boolean =>
  kind === 'loading' || kind === 'running' || kind === 'cancelling';
