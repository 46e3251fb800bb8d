// The `test` every spec imports: on top of its own checks, each test fails on a console error, on an exception nobody
// caught, and on a request to anywhere but the app's own origin.
import { type BrowserContext, test as base, expect } from '@playwright/test';

export interface Watch {
  /** Console errors, uncaught exceptions and failed responses so far; a test that provokes one takes it out again. */
  errors: string[];
  /** Requests, from page, workers and service worker, that left the origin. */
  foreign: string[];
  /** Watches a context that a test made itself, as the one it was given; to be called before its first page is opened. */
  also(context: BrowserContext): void;
}

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ context, baseURL }, use) => {
      const origin = new URL(baseURL ?? '').origin;
      const watch: Watch = { errors: [], foreign: [], also: (other) => listen(other) };
      const check = (url: string) => {
        const { protocol, origin: from } = new URL(url);
        // blob: and data: hold bytes that are already here.
        if (protocol !== 'blob:' && protocol !== 'data:' && from !== origin) watch.foreign.push(url);
      };
      const listen = (to: BrowserContext) => {
        to.on('request', (request) => check(request.url()));
        to.on('console', (message) => {
          if (message.type() === 'error') watch.errors.push(message.text());
        });
        to.on('weberror', (error) => watch.errors.push(String(error.error())));
        to.on('page', (page) => {
          page.on('websocket', (socket) => check(socket.url().replace(/^ws/, 'http')));
        });
      };
      listen(context);
      await use(watch);
      expect(watch.errors, 'errors in the console').toEqual([]);
      expect(watch.foreign, 'requests that left the origin').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
