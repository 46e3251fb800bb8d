// How the app is built and served; tests have their own vitest.config.ts.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { contentHash } from './scripts/content-hash.ts';
import { withIntegrity } from './scripts/precache.ts';
import { assemblyPlugin } from './scripts/vite-assembly.ts';
import { modelsPlugin } from './scripts/vite-models.ts';

// Cross-origin isolation lets tfjs-wasm use threads and gives precise clocks; hosts without these headers run it single-thread.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Shell first, then the model, then the rest, so that an interrupted first visit has the most useful part. */
const rank = (url: string) => (url.startsWith('models/') ? 1 : url.startsWith('samples/') ? 2 : 0);

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
// Known once Vite has read its options.
let outDir = 'dist';
// The lock file says which tfjs the kernels run beside.
const lock = here('package-lock.json');

export default defineConfig({
  define: {
    // Results name the build that made them, also where nobody counted the version up.
    'import.meta.env.VITE_APP_VERSION': JSON.stringify(`${version}+${contentHash(here('src'), lock)}`),
    'import.meta.env.VITE_ENGINE_BUILD': JSON.stringify(contentHash(here('src/engine'), lock)),
  },
  // A missing file answers 404; a single-page fallback would hand HTML to whoever asked for weights.
  appType: 'mpa',
  plugins: [
    react(),
    modelsPlugin(),
    assemblyPlugin(),
    {
      name: 'leukolens-out-dir',
      configResolved: ({ root, build }) => {
        outDir = path.resolve(root, build.outDir);
      },
    },
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/pwa',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,png,jpg,webp,tif,webmanifest,wasm,woff2,bin,json}'],
        // Goldens are for checks by developers; .vite/ is the build's own record.
        globIgnores: ['**/golden/**', '.vite/**', 'sw.js'],
        // Above the largest weights shard: a larger file is left out by workbox with no more than a warning.
        maximumFileSizeToCacheInBytes: 8_000_000,
        manifestTransforms: [
          (entries) => ({
            manifest: withIntegrity(
              entries.toSorted((a, b) => rank(a.url) - rank(b.url)),
              outDir,
            ),
            warnings: [],
          }),
        ],
      },
    }),
  ],
  worker: { format: 'es', plugins: () => [assemblyPlugin()] },
  build: {
    target: 'es2023',
    // Vite 8's default minifier breaks tfjs-wasm's threaded build ('e is not defined').
    minify: 'esbuild',
    // Read by scripts/budget.mjs.
    manifest: true,
    assetsInlineLimit: 0,
  },
  server: { headers },
  preview: { headers },
});
