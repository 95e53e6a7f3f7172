import { modelVersion, prebuiltAppConfig } from '@mlc-ai/web-llm';
import { describe, expect, it } from 'vitest';
import { addresses, choose, downloadBytes, LIBRARIES, webLlmCatalog } from '../../../src/engines/web-llm/catalog.ts';

const variants = webLlmCatalog.flatMap((model) => [model.f16, model.f32].map((variant) => ({ model, variant })));

describe('the list of web-llm models', () => {
  it.each(variants.map((chosen) => [chosen.variant.id, chosen] as const))(
    'agrees with that of the installed web-llm: %s',
    (id, chosen) => {
      const record = prebuiltAppConfig.model_list.find((entry) => entry.model_id === id);
      expect(record?.vram_required_MB).toBe(chosen.variant.memoryMB);
      expect(record?.model).toBe(addresses(chosen).repository);
      expect(record?.model_lib).toBe(addresses(chosen).library);
      expect(record?.overrides?.context_window_size).toBe(4096);
      expect(record?.model_manifest).toBeUndefined();
      // What it needs beyond memory is asked of the machine by its arithmetic.
      for (const feature of record?.required_features ?? [])
        expect([chosen.variant.arithmetic, feature]).toEqual(['f16', 'shader-f16']);
    },
  );

  it('names the libraries that fit the installed release', () => {
    expect(LIBRARIES).toBe(modelVersion);
  });

  it('has an id for each model and variant, and finds each by it', () => {
    const ids = [...webLlmCatalog.map((model) => model.id), ...variants.map(({ variant }) => variant.id)];
    expect(new Set(ids).size).toBe(ids.length);
    for (const { model, variant } of variants) expect(choose(variant.id, false)).toEqual({ model, variant });
    expect(choose('Qwen3-0.6B', true).variant.arithmetic).toBe('f16');
    expect(choose('Qwen3-0.6B', false).variant.arithmetic).toBe('f32');
  });

  it('reckons a download smaller than the memory that it takes, and not by far', () => {
    for (const { model, variant } of variants) {
      const share = downloadBytes(model, variant) / 1e6 / variant.memoryMB;
      expect([variant.id, share > 0.15 && share < 1]).toEqual([variant.id, true]);
      expect(model.largestBuffer).toBeLessThan(downloadBytes(model, variant) / 2);
    }
  });
});
