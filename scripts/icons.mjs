// Renders the PNG icons from public/icons/icon.svg; run by hand (`npm run icons`) after the drawing has changed.
import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.mjs';

const svg = readFileSync('public/icons/icon.svg', 'utf8');
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
for (const { file, size, inset, back } of [
  { file: 'icon-192.png', size: 192, inset: 0, back: 'transparent' },
  { file: 'icon-512.png', size: 512, inset: 0, back: 'transparent' },
  // A launcher may cut away everything outside a circle of 80 %: smaller drawing, filled ground.
  { file: 'icon-512-maskable.png', size: 512, inset: 80, back: '#f6f4fa' },
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>html{background:${back}}body{margin:0;padding:${inset}px}svg{display:block;width:${size - 2 * inset}px}</style>${svg}`,
  );
  await page.screenshot({ path: `public/icons/${file}`, omitBackground: true });
  await page.close();
}
await browser.close();
