// Playwright: the production build in a full Chromium, once with software WebGPU and once without WebGPU at all.
import { defineConfig } from '@playwright/test';
import { ensureChromium, noWebgpuArgs, webgpuArgs } from '../scripts/chromium.mjs';

// Set by scripts/test.mjs to a port that is free; Playwright's worker processes inherit it.
const port = Number(process.env.E2E_PORT ?? 4180);
const executablePath = await ensureChromium();

export default defineConfig({
  testDir: '.',
  outputDir: '../out/e2e',
  forbidOnly: true,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${port}/`,
    viewport: { width: 1280, height: 800 },
    // A trace of every test, kept of the failed ones, costs as much as the tests themselves (measured: 179-192 s against
    // 105 s). A failed test leaves its picture and its page in words; for more, run it with --trace retain-on-failure.
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'webgpu',
      // What has nothing to do with the graphics device is run once, below: the software GPU makes minutes of it.
      testIgnore: /(badFiles|command|intake|updates)\.spec\.ts/,
      grepInvert: /@wasm/,
      use: { launchOptions: { executablePath, args: webgpuArgs } },
    },
    { name: 'wasm', use: { launchOptions: { executablePath, args: noWebgpuArgs } } },
  ],
  webServer: {
    command: `"${process.execPath}" node_modules/vite/bin/vite.js preview --port ${port} --strictPort`,
    cwd: '..',
    url: `http://localhost:${port}/`,
    reuseExistingServer: false,
    timeout: 120_000,
  },
});
