// A new version is out: the person is asked, and until they agree the old one stays. What can then not be fetched says so.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test as watched } from './fixtures';
import { fixture } from './smears';

const dist = path.join(import.meta.dirname, '..', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

interface Site {
  title: string;
  /** A path at which something between server and browser still has another version; empty: none. */
  stale: string;
  /** How often that was given out. */
  given: number;
}

/** The built app from a server of its own, whose `release` puts a version with another title in its place. */
const test = watched.extend<{ release: (title: string) => void; site: Site }>({
  site: async ({ browserName: _ }, use) => use({ title: '', stale: '', given: 0 }),
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
        if (name === site.stale) site.given++;
        if (name === site.stale) response.end('of the version before');
        else if (site.title && name === '/index.html') response.end(renamed(stored.toString(), site.title));
        else if (site.title && name === '/sw.js') {
          const page = await readFile(path.join(dist, 'index.html'));
          response.end(relisted(stored.toString(), page.toString(), site.title));
        } else response.end(stored);
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

/** What a build with another title would have changed: the page, and what the service worker's list says of it. */
function renamed(page: string, title: string): string {
  return page.replace(/<title>.*<\/title>/, `<title>${title}</title>`);
}

function relisted(worker: string, page: string, title: string): string {
  const integrity = `sha256-${createHash('sha256').update(renamed(page, title)).digest('base64')}`;
  return worker.replace(
    /\{[^{}]*"url":"index\.html"[^{}]*\}/,
    JSON.stringify({ url: 'index.html', revision: title, integrity }),
  );
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

test('where another tab lets the new version in, this one is told and left as it is', async ({
  page,
  context,
  release,
}) => {
  await page.goto('./');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect(page.getByRole('status')).toHaveText('Ready');

  release('Second');
  const other = await context.newPage();
  await other.goto('./');
  const agree = other.getByRole('button', { name: 'Reload' });
  await expect(agree).toBeVisible();
  await expect(other.getByRole('status').last()).toHaveText('Ready');
  await agree.click();
  await expect(other).toHaveTitle('Second');

  const told = page.getByText(/Another tab has updated the app/);
  await expect(told).toBeVisible();
  await expect(page).toHaveTitle('Leukolens');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle('Second');
  await expect(told).toBeHidden();
});

test('a copy of another version is not stored, and the next visit stores the right one', async ({
  page,
  site,
  watch,
}) => {
  // Asked for by the service worker alone.
  const icon = 'icons/icon-512-maskable.png';
  site.stale = `/${icon}`;
  await page.goto('./');
  await expect.poll(() => site.given).toBe(1);
  // Not installed, so it is not even registered.
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await expect(page.getByText('Offline ready')).toHaveCount(0);

  site.stale = '';
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect(page.getByText('Offline ready')).toBeVisible();
  const { size } = await stat(path.join(dist, icon));
  expect(await page.evaluate(async (url) => (await (await fetch(url)).blob()).size, icon)).toBe(size);
  watch.errors.length = 0;
});

test.describe('without a service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('a part that cannot be fetched says so, and comes when it is tried again', async ({ page, watch }) => {
    const parts = /\/(Help|Workbench)-[^/]*\.js/;
    await page.route(parts, (route) => route.abort());
    await page.goto('./');
    const alert = page.getByRole('alert');
    await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeVisible();

    await page.keyboard.press('?');
    await expect(alert).toContainText('This part of the app could not be fetched.');
    await alert.getByRole('button', { name: 'Close' }).click();
    await expect(alert).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(alert).toBeVisible();
    await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeVisible();
    await page.unroute(parts);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible();
    await page.keyboard.press('Escape');

    // What stands in the middle of the screen, on the way to the first image.
    await page.route(parts, (route) => route.abort());
    await page.reload();
    await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
    await expect(alert).toContainText('could not be fetched');
    await page.unroute(parts);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('list', { name: 'Images' })).toBeVisible();
    watch.errors.length = 0;
  });
});
