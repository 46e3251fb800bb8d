/** In which order batches are asked for, computed and read. */
import { expect, test } from 'vitest';
import { inBatches } from './batches';
import { white } from './discs.fixture';
import type { CropOutput, Network } from './network/network';

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
const windowOf = (x: number) => ({ pixels, white, box: { x0: x, y0: 0, x1: x + 1, y1: 1 } });

/** A network whose outputs say where their window was, and what happened when. */
function recorded(aside: boolean, batch = 2) {
  const events: string[] = [];
  const network: Network & { batch: number } = {
    batch,
    aside,
    async infer(windows) {
      events.push(`asked ${windows.map(({ box }) => box.x0).join()}`);
      return windows.map(({ box }) => ({ types: Float32Array.of(box.x0) }) as CropOutput);
    },
    saliency: () => Promise.reject(new Error('Not asked for here')),
  };
  const run = (items: number[], onDone: (done: number) => Promise<void> = async () => {}) =>
    inBatches(
      network,
      items,
      windowOf,
      (item, { types }) => events.push(`read ${item} ${types[0] === item}`),
      async (done) => {
        events.push(`done ${done}`);
        await onDone(done);
      },
    );
  return { network, events, run };
}

test('a device of its own has the next batch before the last is read; this thread reads first', async () => {
  const device = recorded(true);
  await device.run([1, 2, 3]);
  expect(device.events).toEqual([
    'asked 1,2',
    'asked 3',
    'done 2',
    'read 1 true',
    'read 2 true',
    'done 3',
    'read 3 true',
  ]);
  const thread = recorded(false);
  await thread.run([1, 2, 3]);
  expect(thread.events).toEqual([
    'asked 1,2',
    'done 2',
    'read 1 true',
    'read 2 true',
    'asked 3',
    'done 3',
    'read 3 true',
  ]);
});

test('nothing is asked for where there is nothing, and less at a time once the device can do less', async () => {
  const none = recorded(true);
  await none.run([]);
  expect(none.events).toEqual([]);
  const less = recorded(false);
  await less.run([1, 2, 3, 4], async () => {
    less.network.batch = 1;
  });
  expect(less.events.filter((event) => event.startsWith('asked'))).toEqual(['asked 1,2', 'asked 3', 'asked 4']);
});

test('work that is stopped rejects with the reason, whatever becomes of the batch asked for ahead', async () => {
  const { network, events, run } = recorded(true);
  const { infer } = network;
  let calls = 0;
  network.infer = (windows) => (++calls === 2 ? Promise.reject(new Error('device lost')) : infer(windows));
  await expect(run([1, 2, 3], () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
  expect(events).toEqual(['asked 1,2', 'done 2']);
  // And where it is waited for, so does its failure.
  calls = 0;
  await expect(run([1, 2, 3])).rejects.toThrow('device lost');
});
