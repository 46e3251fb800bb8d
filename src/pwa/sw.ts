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
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
