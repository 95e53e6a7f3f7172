import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { offline } from './scripts/vite/offline.ts';
import { sharedWorkers } from './scripts/vite/shared-workers.ts';

/**
 * What the built page may do: its own files, its own workers, WebAssembly, and connections.
 *
 * `connect-src` names no hosts. Those of the models could be listed (huggingface.co and *.hf.co for weights, GitHub for the
 * libraries of web-llm), but a model server is the user's to name, in the own network as often as not, and a policy cannot be
 * loosened by a choice that is made later. A list would only move the users with a server to a build of their own. `http:` is
 * for servers in the own network; a page over HTTPS is kept from them by the browser itself. What keeps what is typed on this
 * machine is therefore not this line but the two others: no script runs but the build's own (`script-src`), and that code asks
 * nobody before the user has chosen a model or a server, which test/e2e/models.e2e.test.ts watches.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' https: http:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** The same policy for hosts that set no headers; `frame-ancestors` works in a header only. */
const policyTag: Plugin = {
  name: 'knowshot:policy-tag',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY.join('; ') },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig({
  base: './',
  // A file that is not there is a 404, not the page.
  appType: 'mpa',
  plugins: [react(), policyTag, sharedWorkers(), offline()],
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: { port: 4173, headers: isolation },
  preview: {
    port: 4173,
    headers: {
      ...isolation,
      'Content-Security-Policy': [...POLICY, "frame-ancestors 'none'"].join('; '),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.e2e.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
