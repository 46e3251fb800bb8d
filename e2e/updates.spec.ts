// A new version is out: the person is asked, and until they agree the old one stays.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test as watched } from './fixtures';

const dist = path.join(import.meta.dirname, '..', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** The built app from a server of its own, whose `release` puts a version with another title in its place. */
const test = watched.extend<{ release: (title: string) => void; site: { title: string } }>({
  site: async ({ browserName: _ }, use) => use({ title: '' }),
  release: async ({ site }, use) =>
    use((title) => {
      site.title = title;
    }),
  baseURL: async ({ site }, use) => {
    const server = createServer(async (request, response) => {
      const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      const name = asked === '/' ? '/index.html' : asked;
      try {
        const stored = await readFile(path.join(dist, path.normalize(name)));
        response.setHeader('Content-Type', types[path.extname(name)] ?? 'application/octet-stream');
        response.end(site.title && /html$|sw\.js$/.test(name) ? renamed(stored.toString(), site.title) : stored);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`);
    server.closeAllConnections();
    server.close();
  },
});

/** What a build with another title would have changed: the page, and its revision in the service worker's list. */
function renamed(text: string, title: string): string {
  return text
    .replace(/<title>.*<\/title>/, `<title>${title}</title>`)
    .replace(/"revision":"\w+","url":"index\.html"/, `"revision":"${title}","url":"index.html"`)
    .replace(/"url":"index\.html","revision":"\w+"/, `"url":"index.html","revision":"${title}"`);
}

test('a new version waits until it is let in', async ({ page, release }) => {
  await page.goto('./');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect(page.getByRole('button', { name: 'Reload' })).toBeHidden();

  release('Second');
  await page.reload();
  const agree = page.getByRole('button', { name: 'Reload' });
  await expect(agree).toBeVisible();
  await page.reload();
  await expect(page).toHaveTitle('Leukolens');

  // Chromium lets the old service worker finish its answers, the model's weights among them, before the new one takes over.
  await expect(page.getByRole('status')).toHaveText('Ready');
  await agree.click();
  await expect(page).toHaveTitle('Second');
  await expect(agree).toBeHidden();
});
