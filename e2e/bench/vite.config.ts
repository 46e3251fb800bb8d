// Serves the benchmark's page with the models; not cross-origin isolated, so that tfjs and onnxruntime have one thread, as simd has.
import path from 'node:path';
import { defineConfig } from 'vite';
import { assemblyPlugin } from '../../scripts/vite-assembly.ts';
import { modelsPlugin } from '../../scripts/vite-models.ts';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  logLevel: 'error',
  appType: 'mpa',
  plugins: [modelsPlugin(), assemblyPlugin()],
  server: { port: 0, hmr: false, watch: null },
  // onnxruntime-web finds its own files by the address of its module.
  optimizeDeps: { entries: ['e2e/bench/page/index.html'], exclude: ['onnxruntime-web'] },
});
