// The list of samples: what cannot be fetched now is asked for again, and is not taken for a copy of the app without any.
import { expect, test, vi } from 'vitest';

vi.mock('../bridge/decoderClient', () => ({ DecoderClient: { start: () => ({}) } }));
vi.stubGlobal('location', new URL('http://localhost/?keep=0'));
const { samples } = await import('./samples');

test('a list that the network kept back is fetched when it is asked for again', async () => {
  const list = [{ file: 'a.jpg' }];
  const fetched = vi.fn().mockRejectedValueOnce(new TypeError('Failed to fetch'));
  fetched.mockResolvedValue({ ok: true, json: async () => list });
  vi.stubGlobal('fetch', fetched);
  expect(await samples()).toBeNull();
  expect(await samples()).toEqual(list);
  expect(await samples()).toEqual(list);
  expect(fetched).toHaveBeenCalledTimes(2);
});
