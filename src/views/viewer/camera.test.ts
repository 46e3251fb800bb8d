// Tests of the viewer's camera.
import { expect, test } from 'vitest';
import { pan, reveal, toImage, whole, zoomAt } from './camera';

const image = { width: 640, height: 480 };
const view = { width: 824, height: 504 };

test('whole shows the whole image in the middle', () => {
  expect(whole(image, view)).toEqual({ scale: 1, x: 92, y: 12 });
});

test('the point under the cursor stays when zooming', () => {
  const at = { x: 400, y: 300 };
  const before = toImage(whole(image, view), at);
  const after = toImage(zoomAt(whole(image, view), 3, at, image, view), at);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
});

test('zoom has ends', () => {
  const at = { x: 0, y: 0 };
  expect(zoomAt(whole(image, view), 1e6, at, image, view).scale).toBe(40);
  expect(zoomAt(whole(image, view), 1e-6, at, image, view).scale).toBe(0.5);
});

test('the image cannot be dragged out of sight', () => {
  const camera = pan(whole(image, view), 9999, -9999, image, view);
  const middle = toImage(camera, { x: view.width / 2, y: view.height / 2 });
  expect(middle).toEqual({ x: 0, y: 480 });
});

test('reveal moves only when it must', () => {
  const camera = whole(image, view);
  const box = { x0: 600, y0: 400, x1: 640, y1: 440 };
  expect(reveal(camera, box, image, view)).toBe(camera);
  const close = zoomAt(camera, 4, { x: 92, y: 12 }, image, view);
  const moved = reveal(close, box, image, view);
  expect(toImage(moved, { x: view.width / 2, y: view.height / 2 }).x).toBeCloseTo(620);
});
