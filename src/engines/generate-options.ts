import { EngineError } from '../core/model/engine-error.ts';
import type { GenerateRequest } from '../core/model/language-model.ts';

/** Refuses options of a generation that make no sense, the same for every engine. */
export function requireSane({ maxTokens, temperature, topP, stop, seed }: Omit<GenerateRequest, 'prompt'>): void {
  const fault =
    (!(Number.isInteger(maxTokens) && maxTokens >= 1) && `maxTokens is ${maxTokens}; give a whole number from 1`) ||
    (!(temperature >= 0 && Number.isFinite(temperature)) && `temperature is ${temperature}; give 0 or more`) ||
    (!(topP > 0 && topP <= 1) && `topP is ${topP}; give a number above 0, up to 1`) ||
    (!Number.isInteger(seed) && `the seed is ${seed}; give a whole number`) ||
    (stop.includes('') && 'a stop text is empty; leave it out');
  if (fault) throw new EngineError('bad-request', `Cannot generate: ${fault}.`, { recoverable: true });
}
