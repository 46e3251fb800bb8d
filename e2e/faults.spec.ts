// Things break in the middle of a file: the worker, the graphics device, the disk. What was done stays, the rest goes on.
import type { Worker as PageWorker } from '@playwright/test';
import { counts, fieldNumber, untilDone } from './batches';
import { expect, test } from './fixtures';
import { atStage, exported, item } from './smears';

const field = (n: number) => ({ name: `field ${n}.png`, mimeType: 'image/png', buffer: Buffer.from(fieldNumber(n)) });

test('the engine’s worker dies in the middle of a file: it is started again, and nothing is lost', {
  tag: '@wasm',
}, async ({ page }) => {
  // Decided in the page: the files are faster than a test that watches them from outside.
  await page.addInitScript(() => {
    let dead = false;
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (!String(url).includes('worker-')) return;
        this.addEventListener('message', ({ data }) => {
          if (dead || data.kind !== 'progress' || !document.querySelector('li[data-status="done"]')) return;
          dead = true;
          // A crash ends the worker without a word of its own; the browser then says so on the page.
          this.terminate();
          this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
        });
      }
    };
  });
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles([1, 2, 3, 4].map(field));
  await expect(page.getByText(/The analysis engine stopped at field \d\.png and was started again/)).toBeVisible();
  await untilDone(page, 4);
  expect((await exported(page)).results.images.map(({ cells }) => cells.length)).toEqual([2, 2, 2, 2]);
});

/** Runs in a worker: says that it has begun with a file, and then never again leaves a loop that has no end. */
function hang(): void {
  const scope = self as unknown as { postMessage(message: unknown, transfer: unknown): void };
  const post = scope.postMessage;
  scope.postMessage = function (message, transfer) {
    post.call(this, message, transfer);
    const { progress } = message as { progress?: { stage?: string } };
    if (progress?.stage === 'saliency') for (;;);
  };
}

test('the engine hangs in the middle of a file: it is noticed, started again, and nothing is lost', {
  tag: '@wasm',
}, async ({ page }) => {
  // In the worker's own file, and of the first worker alone: a word from outside comes when the file may be over.
  let first = true;
  await page.route(/\/worker-[^/]*\.js/, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    await route.fulfill({ response, body: first ? `(${hang})();${body}` : body });
    first = false;
  });
  await page.clock.install();
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles([1, 2, 3].map(field));
  await expect(page.locator('li[data-status="working"]').first()).toContainText('saliency');
  await page.clock.runFor(6 * 60_000);
  await expect(page.getByText(/The analysis engine stopped at field \d\.png and was started again/)).toBeVisible();
  await untilDone(page, 3);
  expect((await exported(page)).results.images.map(({ cells }) => cells.length)).toEqual([2, 2, 2]);
});

/** Runs in a worker: keeps the device it is given where a test finds it. */
function rememberDevice(): void {
  if (!('GPUAdapter' in self)) return;
  const { prototype } = (self as unknown as { GPUAdapter: { prototype: GPUAdapter } }).GPUAdapter;
  const request = prototype.requestDevice;
  prototype.requestDevice = async function (this: GPUAdapter, ...args) {
    const device = await request.apply(this, args);
    Object.assign(self, { lastDevice: device });
    return device;
  };
}

test('the graphics device is lost in the middle of a file: the file is done all the same', async ({ page }, {
  project,
}) => {
  const workers: PageWorker[] = [];
  page.on('worker', (worker) => workers.push(worker));
  // In the worker's own file: from outside one may come after the engine has asked for its device.
  await page.route(/\/worker-[^/]*\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${rememberDevice})();${await response.text()}` });
  });
  await page.goto('./?backend=webgpu');
  await page.getByLabel('Open images').setInputFiles([field(1), field(2)]);
  // The software device compiles its kernels first, which takes most of a minute where the machine is busy.
  await atStage(page, /saliency|candidate|white/, 120_000);
  const lost = await Promise.all(
    workers.map((worker) =>
      worker
        .evaluate(() => {
          const { lastDevice } = self as unknown as { lastDevice?: GPUDevice };
          lastDevice?.destroy();
          return lastDevice !== undefined;
        })
        .catch(() => false),
    ),
  );
  // Without WebGPU there is no device to lose; the files are done either way.
  expect(lost.includes(true)).toBe(project.name === 'webgpu');
  await untilDone(page, 2);
  expect((await exported(page)).results.images.map(({ cells }) => cells.length)).toEqual([2, 2]);
});

/** Runs in a worker: leaves an activation out of one of the engine's kernels, as a driver's fault might. */
function spoilKernel(): void {
  if (!('GPUDevice' in self)) return;
  const { prototype } = (self as unknown as { GPUDevice: { prototype: GPUDevice } }).GPUDevice;
  const create = prototype.createShaderModule;
  prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    const spoilt = descriptor.label?.startsWith('depthPoint');
    const code = spoilt ? descriptor.code.replaceAll('max(d', 'min(d') : descriptor.code;
    return create.call(this, { ...descriptor, code });
  };
}

test('a graphics device that computes wrong results, or none at all: the screen says why it is slower, and the file is done', async ({
  page,
}, { project }) => {
  await page.route(/\/worker-[^/]*\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${spoilKernel})();${await response.text()}` });
  });
  await page.goto('./?backend=webgpu');
  const why = {
    webgpu: /Running on a slower path of the GPU: the graphics device computes wrong results: its \w+ are off by/,
    wasm: /Running without a graphics card, which would be faster: .*(no WebGPU|no graphics adapter)/,
  }[project.name];
  await expect(page.getByText(why ?? 'no such project')).toBeVisible({ timeout: 120_000 });
  await page.getByLabel('Open images').setInputFiles([field(1)]);
  await untilDone(page, 1);
  expect((await exported(page)).results.images.map(({ cells }) => cells.length)).toEqual([2]);
});

test('the disk is full in the middle of a run: it is said, work goes on, and it is saved when there is room', {
  tag: '@wasm',
}, async ({ page, context }) => {
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: [unknown, IDBValidKey?]) {
      const full = !('room' in window) && document.querySelector('li[data-status="done"]');
      if (full) throw new DOMException('The disk is full.', 'QuotaExceededError');
      return put.apply(this, args as never);
    };
  });
  await page.goto('./?backend=wasm');
  await page.getByLabel('Open images').setInputFiles([1, 2, 3, 4].map(field));
  await expect(page.getByRole('alert')).toContainText('There is no room left');
  await expect(page.getByRole('alert')).toContainText('Export the results now');
  await untilDone(page, 4);
  await page.evaluate(() => Object.assign(window, { room: true }));
  await page.getByRole('button', { name: 'Save again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.close();

  const again = await context.newPage();
  await again.goto('./?backend=wasm');
  await expect(again.getByText('An earlier session is kept here: 4 images.')).toBeVisible();
  await again.getByRole('button', { name: 'Go on where it was' }).click();
  await expect.poll(() => counts(again)).toEqual({ total: 4, done: 4, settled: 4 });
  await expect(item(again, 'field 4.png')).toContainText('2 cells');
});
