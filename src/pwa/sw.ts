// The service worker: stores the shell, then the model, then the samples, and answers from the store first.
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] };

// One list, installed in its order (vite.config.ts sorts it) and all or nothing: code and weights never disagree.
// No file depends on its query: a link with one must open offline too.
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./] });
cleanupOutdatedCaches();

// The first page load is served by this worker without a reload; a new version still waits until it is let in.
clientsClaim();
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') event.waitUntil(letIn(event));
});

/**
 * Takes over where the tab that asks is the only one, and answers whether it does. Taking over removes the files of the version
 * before, and another tab may have most of them still to load: its export, the threads of its engine, the engine started anew.
 */
async function letIn({ source, ports }: ExtendableMessageEvent): Promise<void> {
  const asker = source instanceof Client ? source.id : '';
  // Those that were loaded past any worker too; of the origin's other sites none.
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const alone = !tabs.some(({ id, url }) => id !== asker && url.startsWith(self.registration.scope));
  ports[0]?.postMessage(alone);
  if (alone) void self.skipWaiting();
}
