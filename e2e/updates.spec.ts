// A new version is out: the person is asked, and until they agree the old one stays. What can then not be fetched says so.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test as watched } from './fixtures';
import { exported, fixture, settled } from './smears';

const dist = path.join(import.meta.dirname, '..', 'dist');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

interface Site {
  /** Files of the version that is out, by path, where they differ from the build's. */
  files: Map<string, string>;
  /** Paths of the build's that it no longer has. */
  gone: Set<string>;
  /** A path at which something between server and browser still has another version; empty: none. */
  stale: string;
  /** How often that was given out. */
  given: number;
}

/** The built app from a server of its own, whose `release` puts a version with another title and other scripts in its place. */
const test = watched.extend<{ release: (title: string) => Promise<void>; site: Site }>({
  site: async ({ browserName: _ }, use) => use({ files: new Map(), gone: new Set(), stale: '', given: 0 }),
  release: async ({ site }, use) => use(async (title) => void Object.assign(site, await versionNamed(title))),
  baseURL: async ({ site }, use) => {
    const server = createServer(async (request, response) => {
      const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      const name = asked === '/' ? '/index.html' : asked;
      try {
        if (site.gone.has(name)) throw new Error(`${name} was of the version before`);
        const content = site.files.get(name) ?? (await readFile(path.join(dist, path.normalize(name))));
        response.setHeader('Content-Type', types[path.extname(name)] ?? 'application/octet-stream');
        if (name === site.stale) site.given++;
        response.end(name === site.stale ? 'of the version before' : content);
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

/**
 * What another build would have changed: the title; the names of all scripts, as their hashes would, wherever one is named;
 * and the service worker's list. The scripts' names of before are gone.
 */
async function versionNamed(title: string): Promise<Pick<Site, 'files' | 'gone'>> {
  const scripts = (await readdir(path.join(dist, 'assets'))).filter((name) => name.endsWith('.js'));
  const anew = (text: string) =>
    scripts.reduce((all, name) => all.replaceAll(name, name.replace(/\.js$/, '.anew.js')), text);
  const read = async (name: string) => anew(await readFile(path.join(dist, name), 'utf8'));
  const files = new Map<string, string>();
  for (const name of scripts) files.set(anew(`/assets/${name}`), await read(`assets/${name}`));
  files.set('/index.html', (await read('index.html')).replace(/<title>.*<\/title>/, `<title>${title}</title>`));
  const worker = (await read('sw.js')).replace(/\{[^{}]*"url":"([^"]+)"[^{}]*\}/g, (entry, url) => {
    const content = files.get(`/${url}`);
    if (content === undefined) return entry;
    const integrity = `sha256-${createHash('sha256').update(content).digest('base64')}`;
    return JSON.stringify({ url, revision: url === 'index.html' ? title : null, integrity });
  });
  return { files: files.set('/sw.js', worker), gone: new Set(scripts.map((name) => `/assets/${name}`)) };
}

test('a new version waits until it is let in', async ({ page, release }) => {
  await page.goto('./');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect(page.getByRole('button', { name: 'Reload' })).toBeHidden();

  await release('Second');
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

test('while another tab shows the app the new version waits, and that tab does all it did before', async ({
  page,
  context,
  release,
}) => {
  await page.goto('./?backend=wasm');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(page, 'field-b.png');

  await release('Second');
  const other = await context.newPage();
  await other.goto('./?backend=wasm');
  const agree = other.getByRole('button', { name: 'Reload' });
  await expect(agree).toBeVisible();
  await expect(other.getByRole('status').last()).toHaveText('Ready');
  await agree.click();
  await expect(other.getByText(/Close the other tabs of this app first/)).toBeVisible();
  await expect(other).toHaveTitle('Leukolens');

  // What an export is made by has not been loaded here, and the server no longer has it.
  expect((await exported(page)).results.images[0]?.cells).toHaveLength(2);
  await expect(page).toHaveTitle('Leukolens');
  await page.close();
  await agree.click();
  await expect(other).toHaveTitle('Second');
  await expect(agree).toBeHidden();
  await other.getByLabel('Open images').setInputFiles(fixture('field-b.png'));
  await settled(other, 'field-b.png');
  expect((await exported(other)).results.images[0]?.cells).toHaveLength(2);
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
