// Files that are cancelled while they are being decoded: the worker is waited for, and only they pay for it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Decoded } from '../bridge/protocol';

/** What the worker was asked, and how it answers; each start of a worker is counted. */
const asked: { name: string; answer(value: Decoded): void; fail(reason: unknown): void }[] = [];
const started = vi.fn();

vi.mock('../bridge/decoderClient', () => ({
  DecoderClient: {
    start() {
      started();
      const mine: typeof asked = [];
      const client = {
        stopped: false,
        /** As the real one does, lets go of a call at once when it is given the signal. */
        decode: (file: File, _wants: unknown, signal?: AbortSignal) =>
          new Promise<Decoded>((answer, fail) => {
            signal?.addEventListener('abort', () => fail(signal.reason));
            mine.push({ name: file.name, answer, fail });
            asked.push(mine.at(-1) as (typeof asked)[number]);
          }),
        terminate(why: string) {
          client.stopped = true;
          for (const { fail } of mine) fail(new Error(`given up: ${why}`));
        },
      };
      return client;
    },
  },
}));

let decoder: typeof import('./decoder');

const wants = { id: 'a', page: null, pixels: false, field: true, keep: false };
const ask = (name: string, signal?: AbortSignal) =>
  decoder.decode(new File(['x'], name), wants, decoder.URGENCY.thumb, signal);
const names = () => asked.map(({ name }) => name);
const begun = (...expected: string[]) => vi.waitFor(() => expect(names()).toEqual(expected));
const decoded = () => ({ thumb: { close: vi.fn() }, field: { close: vi.fn() } }) as unknown as Decoded;
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

beforeEach(async () => {
  asked.length = 0;
  // Its queue is the module's own: each test gets an empty one.
  vi.resetModules();
  decoder = await import('./decoder');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

test('a cancelled file lets its caller go at once, and the next waits until the worker is free', async () => {
  const gone = new AbortController();
  const cancelled = ask('cancelled', gone.signal);
  const next = ask('next');
  await begun('cancelled');
  gone.abort();
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  await settled();
  expect(names(), 'two images would be in memory').toEqual(['cancelled']);
  const late = decoded();
  asked[0]?.answer(late);
  await begun('cancelled', 'next');
  expect(late.thumb.close, 'nobody else frees them').toHaveBeenCalledOnce();
  expect(late.field?.close).toHaveBeenCalledOnce();
  const wanted = decoded();
  asked[1]?.answer(wanted);
  await expect(next).resolves.toBe(wanted);
  expect(wanted.thumb.close).not.toHaveBeenCalled();
});

test('a cancelled file that hangs is given up by itself; the next one gets a new worker', async () => {
  const gone = new AbortController();
  const hung = ask('hung', gone.signal);
  const next = ask('good');
  await begun('hung');
  gone.abort();
  await expect(hung).rejects.toMatchObject({ name: 'AbortError' });
  const before = started.mock.calls.length;
  await vi.advanceTimersByTimeAsync(61_000);
  await begun('hung', 'good');
  expect(started.mock.calls.length, 'a new worker').toBeGreaterThan(before);
  const value = decoded();
  asked[1]?.answer(value);
  await expect(next).resolves.toBe(value);
});

test('a file that is being read while the machine sleeps is not given up on waking', async () => {
  const file = ask('good');
  await begun('good');
  for (let night = 0; night < 3; night++) {
    // Timers run through a sleep: what came due meanwhile fires once, before the worker is heard.
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    vi.advanceTimersToNextTimer();
    await settled();
  }
  const value = decoded();
  asked[0]?.answer(value);
  await expect(file).resolves.toBe(value);
  expect(vi.getTimerCount(), 'nobody watches what is done').toBe(0);
});

test('a large file is given the time it takes', async () => {
  const large = decoder.decode(Object.defineProperty(new File(['x'], 'large'), 'size', { value: 30e6 }), wants, 0);
  const given = expect(large).rejects.toThrow('given up: it took too long');
  await begun('large');
  await vi.advanceTimersByTimeAsync(110_000);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  await given;
});

test('where no worker can be started the file says so, and the next one is tried', async () => {
  started.mockImplementationOnce(() => {
    throw new Error('no worker');
  });
  await expect(ask('first')).rejects.toThrow('no worker');
  const next = ask('next');
  await begun('next');
  const value = decoded();
  asked[0]?.answer(value);
  await expect(next).resolves.toBe(value);
});

test('a file that is cancelled before its turn is never begun', async () => {
  const gone = new AbortController();
  const first = ask('first');
  const waiting = ask('waiting', gone.signal);
  await begun('first');
  gone.abort();
  await expect(waiting, 'not only when its turn comes').rejects.toMatchObject({ name: 'AbortError' });
  asked[0]?.answer(decoded());
  await first;
  await settled();
  expect(names()).toEqual(['first']);
});
