// Who let a new version in: the person at this tab, who gets it, or another tab's, of which this one is only told.
import { beforeEach, expect, test, vi } from 'vitest';

const listeners: Record<string, (() => void)[]> = {};
/** What a waiting worker answers: whether it comes in. */
const letIn = vi.fn(async (_worker: unknown, _message: unknown) => true);
const waiting = {};
vi.mock('workbox-window', () => ({
  messageSW: letIn,
  Workbox: class {
    active = Promise.resolve();
    addEventListener(name: string, listener: () => void) {
      listeners[name] = [...(listeners[name] ?? []), listener];
    }
    register = async () => ({ waiting });
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

test('a new version that was let in here reloads the page', async () => {
  const now = opened({});
  happens('waiting');
  expect(await now().update?.()).toBe(true);
  expect(letIn).toHaveBeenCalledExactlyOnceWith(waiting, { type: 'SKIP_WAITING' });
  expect(reload).not.toHaveBeenCalled();
  happens('controlling');
  expect(reload).toHaveBeenCalledOnce();
  expect(now().replaced).toBe(false);
});

test('one that other tabs keep out says so, and comes in once they are closed', async () => {
  const now = opened({});
  happens('waiting');
  letIn.mockResolvedValueOnce(false);
  expect(await now().update?.()).toBe(false);
  expect(now()).toMatchObject({ update: expect.any(Function), othersOpen: true });
  expect(await now().update?.()).toBe(true);
  expect(now().othersOpen).toBe(false);
  happens('controlling');
  expect(reload).toHaveBeenCalledOnce();
});

test('after it was kept out, one that comes in by another tab is told and does not reload the page', async () => {
  const now = opened({});
  happens('waiting');
  letIn.mockResolvedValueOnce(false);
  await now().update?.();
  happens('controlling');
  expect(now()).toMatchObject({ update: null, othersOpen: false, replaced: true });
  expect(reload).not.toHaveBeenCalled();
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
