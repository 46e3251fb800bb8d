// Who let a new version in: the person at this tab, who gets it, or another tab's, of which this one is only told.
import { beforeEach, expect, test, vi } from 'vitest';

const listeners: Record<string, (() => void)[]> = {};
const skipWaiting = vi.fn();
vi.mock('workbox-window', () => ({
  Workbox: class {
    active = Promise.resolve();
    addEventListener(name: string, listener: () => void) {
      listeners[name] = [...(listeners[name] ?? []), listener];
    }
    messageSkipWaiting = skipWaiting;
    register = async () => {};
  },
}));
vi.stubEnv('PROD', true);
const reload = vi.fn();
vi.stubGlobal('location', { reload });

const { registerPwa } = await import('./register');
type State = Parameters<Parameters<typeof registerPwa>[0]>[0];

const happens = (name: string) => {
  for (const listener of listeners[name] ?? []) listener();
};

/** A page that a worker controls from the start, or that is the first visit. */
function opened(controller: object | null): () => State {
  vi.stubGlobal('navigator', { serviceWorker: { controller } });
  const states: State[] = [];
  registerPwa((state) => states.push(state));
  return () => states.at(-1) as State;
}

beforeEach(() => {
  for (const name of Object.keys(listeners)) delete listeners[name];
  vi.clearAllMocks();
});

test('a new version that was let in here reloads the page', () => {
  const now = opened({});
  happens('waiting');
  now().update?.();
  expect(skipWaiting).toHaveBeenCalledOnce();
  expect(reload).not.toHaveBeenCalled();
  happens('controlling');
  expect(reload).toHaveBeenCalledOnce();
  expect(now().replaced).toBe(false);
});

test('one that another tab let in is told, and the page is left alone', () => {
  const now = opened({});
  happens('waiting');
  expect(now()).toMatchObject({ update: expect.any(Function), replaced: false });
  happens('controlling');
  expect(now()).toMatchObject({ update: null, replaced: true });
  expect(reload).not.toHaveBeenCalled();
});

test('on a first visit the first worker is no news, the next one is', () => {
  const now = opened(null);
  happens('controlling');
  expect(now().replaced).toBe(false);
  happens('controlling');
  expect(now().replaced).toBe(true);
});
