import type { Caches } from '../assets/parts.ts';
import { ModelStore } from '../hub/store.ts';

export const webLlmStore = (caches: Caches): ModelStore => new ModelStore(caches, 'knowshot/web-llm');
