import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';

export const site = inject('site');

/** For the name of a suite: says why it is skipped, where it is. */
export const reason =
  site.chromium === null ? ' (skipped: no Chromium; set CHROMIUM_PATH or run scripts/install-chromium.sh)' : '';

/** WebGPU by software. */
export const SWIFTSHADER = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
] as const;

export const NO_GPU = ['--disable-gpu'] as const;

/** A browser that asks for nothing by itself. */
export const launch = (graphics: readonly string[] = NO_GPU): Promise<Browser> =>
  chromium.launch({
    executablePath: site.chromium ?? '',
    args: [
      '--no-sandbox',
      ...graphics,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
