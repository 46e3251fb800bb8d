// Two test projects: plain functions in Node, and kernels and workers in a real Chromium with software WebGPU.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { ensureChromium, webgpuArgs } from './scripts/chromium.mjs';
import { assemblyPlugin } from './scripts/vite-assembly.ts';
import { modelsPlugin } from './scripts/vite-models.ts';

const inBrowser = ['src/**/*.gpu.test.ts', 'src/**/*.worker.test.ts'];

// Looked up only when the browser project may run: the unit tests must not depend on a browser.
const onlyUnit = process.argv.some(
  (arg, i, all) => arg === '--project=unit' || (arg === 'unit' && all[i - 1] === '--project'),
);
const executablePath = onlyUnit ? '' : await ensureChromium();

export default defineConfig({
  test: {
    allowOnly: false,
    projects: [
      {
        plugins: [assemblyPlugin()],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: inBrowser,
          testTimeout: 30_000,
        },
      },
      {
        // `npm test` runs two at a time, which must not write to one cache.
        cacheDir: process.env.LEUKOLENS_VITE_CACHE ?? 'node_modules/.vite',
        plugins: [modelsPlugin(), assemblyPlugin()],
        worker: { format: 'es', plugins: () => [assemblyPlugin()] },
        // Found late, a dependency reloads the page in the middle of a run.
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
            'exifr',
            'fast-png',
            'geotiff',
            'image-size',
          ],
        },
        test: {
          name: 'browser',
          include: inBrowser,
          // Shaders compile on the processor here; a first run of a pipeline may take many seconds.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One page at a time: the software GPU keeps a core busy, and `npm test` has two browsers.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: webgpuArgs } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
