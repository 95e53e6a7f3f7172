import { EngineError } from '../../core/model/engine-error.ts';
import type { Need } from '../../core/model/fit.ts';
import type { Arithmetic } from '../../core/model/machine.ts';
import { hubAddresses } from '../hub/addresses.ts';

/** Where web-llm 0.2.86 keeps the compiled libraries that fit it; another release needs others. */
export const LIBRARIES = 'v0_2_86/base';

export interface Variant {
  /** Its name in web-llm's list and, in the organisation mlc-ai, on the Hugging Face Hub. */
  readonly id: string;
  readonly arithmetic: Arithmetic;
  /** Memory that weights, cache and buffers take on the GPU, in MB, by web-llm's own reckoning. */
  readonly memoryMB: number;
}

export interface CatalogModel {
  /** What a link says: the variant is chosen by the machine that opens it. */
  readonly id: string;
  readonly title: string;
  readonly parameters: number;
  /** Bytes of its largest tensor, the token embeddings in four bits. */
  readonly largestBuffer: number;
  readonly licence: string;
  readonly licenceUrl: string;
  /** The token that stands before every text: the model's own, or the one that parts its training documents. */
  readonly start: string;
  /** Whether it can be told to think before it answers. */
  readonly thinks: boolean;
  readonly library: string;
  readonly f16: Variant;
  readonly f32: Variant;
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly parameters: number;
  /** Vocabulary and width of the token embeddings. */
  readonly embeddings: readonly [number, number];
  readonly licence: keyof typeof LICENCES;
  readonly start: string;
  readonly thinks?: boolean;
  /** Where its library has another name than the model. */
  readonly library?: string;
  /** f16 and f32, in MB. */
  readonly memoryMB: readonly [number, number];
}

const LICENCES = {
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  'Qwen Research (not for commerce)': 'https://huggingface.co/Qwen/Qwen2.5-3B-Instruct/blob/main/LICENSE',
  'Llama 3.2 Community': 'https://www.llama.com/llama3_2/license/',
  'Gemma Terms of Use': 'https://ai.google.dev/gemma/terms',
} as const;

const END_OF_TEXT = '<|endoftext|>';
const LLAMA_START = '<|begin_of_text|>';

const rows: readonly Row[] = [
  {
    id: 'Qwen2.5-0.5B-Instruct',
    title: 'Qwen2.5 0.5B',
    parameters: 494_032_768,
    embeddings: [151_936, 896],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    library: 'Qwen2-0.5B-Instruct',
    memoryMB: [944.62, 1060.2],
  },
  {
    id: 'Qwen2.5-1.5B-Instruct',
    title: 'Qwen2.5 1.5B',
    parameters: 1_543_714_304,
    embeddings: [151_936, 1_536],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    library: 'Qwen2-1.5B-Instruct',
    memoryMB: [1629.75, 1888.97],
  },
  {
    id: 'Qwen2.5-3B-Instruct',
    title: 'Qwen2.5 3B',
    parameters: 3_085_938_688,
    embeddings: [151_936, 2_048],
    licence: 'Qwen Research (not for commerce)',
    start: END_OF_TEXT,
    memoryMB: [2504.76, 2893.64],
  },
  {
    id: 'Qwen3-0.6B',
    title: 'Qwen3 0.6B',
    parameters: 596_049_920,
    embeddings: [151_936, 1_024],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    thinks: true,
    memoryMB: [1403.34, 1924.98],
  },
  {
    id: 'Qwen3-1.7B',
    title: 'Qwen3 1.7B',
    parameters: 1_720_574_976,
    embeddings: [151_936, 2_048],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    thinks: true,
    memoryMB: [2036.66, 2635.44],
  },
  {
    id: 'Qwen3-4B',
    title: 'Qwen3 4B',
    parameters: 4_022_468_096,
    embeddings: [151_936, 2_560],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    thinks: true,
    memoryMB: [3431.59, 4327.71],
  },
  {
    id: 'Llama-3.2-1B-Instruct',
    title: 'Llama 3.2 1B',
    parameters: 1_235_814_400,
    embeddings: [128_256, 2_048],
    licence: 'Llama 3.2 Community',
    start: LLAMA_START,
    memoryMB: [879.04, 1128.82],
  },
  {
    id: 'Llama-3.2-3B-Instruct',
    title: 'Llama 3.2 3B',
    parameters: 3_212_749_824,
    embeddings: [128_256, 3_072],
    licence: 'Llama 3.2 Community',
    start: LLAMA_START,
    memoryMB: [2263.69, 2951.51],
  },
  {
    id: 'SmolLM2-360M-Instruct',
    title: 'SmolLM2 360M',
    parameters: 361_821_120,
    embeddings: [49_152, 960],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    memoryMB: [376.06, 579.61],
  },
  {
    id: 'SmolLM2-1.7B-Instruct',
    title: 'SmolLM2 1.7B',
    parameters: 1_711_376_384,
    embeddings: [49_152, 2_048],
    licence: 'Apache-2.0',
    start: END_OF_TEXT,
    memoryMB: [1774.19, 2692.38],
  },
  {
    id: 'gemma-2-2b-it',
    title: 'Gemma 2 2B',
    parameters: 2_614_341_888,
    embeddings: [256_000, 2_304],
    licence: 'Gemma Terms of Use',
    start: '<bos>',
    memoryMB: [1895.3, 2508.75],
  },
];

/** Models that web-llm brings to the browser, the smallest of each family first. */
export const webLlmCatalog: readonly CatalogModel[] = rows.map(
  ({ thinks = false, library, memoryMB, embeddings: [tokens, width], ...row }) => ({
    ...row,
    largestBuffer: (tokens * width) / 2,
    thinks,
    licenceUrl: LICENCES[row.licence],
    library: library ?? row.id,
    f16: { id: `${row.id}-q4f16_1-MLC`, arithmetic: 'f16', memoryMB: memoryMB[0] },
    f32: { id: `${row.id}-q4f32_1-MLC`, arithmetic: 'f32', memoryMB: memoryMB[1] },
  }),
);

/** Four bits a weight, and for each 32 of them a scale: 16 bits in f16, 32 in f32. */
const BITS = { f16: 4.5, f32: 5 } as const;

/** About how much is downloaded, in bytes; the hub's listing says it exactly, once it is asked. */
export const downloadBytes = ({ parameters }: CatalogModel, { arithmetic }: Variant): number =>
  (parameters * BITS[arithmetic]) / 8;

export const needOf = (model: CatalogModel, variant: Variant): Need => ({
  arithmetic: variant.arithmetic,
  memoryMB: variant.memoryMB,
  largestBuffer: model.largestBuffer,
  downloadBytes: downloadBytes(model, variant),
});

export interface Chosen {
  readonly model: CatalogModel;
  readonly variant: Variant;
}

export const hasWebLlmModel = (id: string): boolean =>
  webLlmCatalog.some((model) => [model.id, model.f16.id, model.f32.id].includes(id));

/**
 * The model of an id: a variant's own, or the model's, which takes half precision where the GPU has it.
 * @param f16 whether the GPU computes in half precision.
 */
export function choose(id: string, f16: boolean): Chosen {
  for (const model of webLlmCatalog) {
    if (id === model.id) return { model, variant: f16 ? model.f16 : model.f32 };
    if (id === model.f16.id) return { model, variant: model.f16 };
    if (id === model.f32.id) return { model, variant: model.f32 };
  }
  throw new EngineError(
    'bad-request',
    `web-llm has no model "${id}" here. It has: ${webLlmCatalog.map((model) => model.id).join(', ')}.`,
  );
}

const LIBRARY_REPOSITORY = 'mlc-ai/binary-mlc-llm-libs';

/** Addresses of a variant's files; nothing is asked before the user chooses the model. */
export const addresses = ({ model, variant }: Chosen) => {
  const quantised = variant.id.slice(model.id.length, -'-MLC'.length);
  const libraryPath = `web-llm-models/${LIBRARIES}/${model.library}${quantised}_cs1k-webgpu.wasm`;
  return {
    ...hubAddresses(`mlc-ai/${variant.id}`),
    library: `https://raw.githubusercontent.com/${LIBRARY_REPOSITORY}/main/${libraryPath}`,
    libraryListing: `https://api.github.com/repos/${LIBRARY_REPOSITORY}/contents/${libraryPath}`,
  };
};
