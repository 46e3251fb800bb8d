// Registers the service worker and reports: offline use is ready, a new version waits to be let in or
// for other tabs to be closed, another tab let one in.
import { messageSW, Workbox } from 'workbox-window';

export interface PwaState {
  /** Everything precached; true from the first completed install on. */
  offlineReady: boolean;
  /**
   * Lets the waiting version in and reloads the page; null while none waits. Never called by itself. False where the page stays
   * as it is, because other tabs show the app.
   */
  update: (() => Promise<boolean>) | null;
  /** The last `update` was refused: the other tabs are to be closed first. */
  othersOpen: boolean;
  /** Another tab let a new version in while this one was being opened: what this page has not loaded yet is no longer stored. */
  replaced: boolean;
}

/**
 * Calls `onState` at once and after every change. Without service workers (development server, private windows of some
 * browsers) the first call is the only one and the app works online only.
 */
export function registerPwa(onState: (state: PwaState) => void): void {
  let state: PwaState = { offlineReady: false, update: null, othersOpen: false, replaced: false };
  const set = (change: Partial<PwaState>) => {
    state = { ...state, ...change };
    onState(state);
  };
  set({});
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;

  const base = import.meta.env.BASE_URL;
  const workbox = new Workbox(`${base}sw.js`, { scope: base });
  // Active means installed, and installed means that everything is stored.
  void workbox.active.then(() => set({ offlineReady: true }));
  // The first worker of all takes over a page of its own version.
  let controlled = navigator.serviceWorker.controller !== null;
  let accepted = false;
  workbox.addEventListener('controlling', () => {
    // Reload only once the new worker has taken over, or the old shell would be served again.
    if (accepted) location.reload();
    // Never unasked: another tab's person does not know what is being done in this one.
    else if (controlled) set({ update: null, othersOpen: false, replaced: true });
    controlled = true;
  });
  const registered = workbox.register();
  const update = async () => {
    // The one that waits now: a still newer one may have come since the first was reported.
    const waiting = (await registered)?.waiting;
    if (!waiting) return false;
    accepted = true;
    accepted = await messageSW(waiting, { type: 'SKIP_WAITING' });
    set({ othersOpen: !accepted });
    return accepted;
  };
  workbox.addEventListener('waiting', () => set({ update }));
  // A failed registration costs offline use and nothing else, so it is reported and not thrown.
  registered.catch((cause: unknown) => console.warn('Offline use is not available:', cause));
}
