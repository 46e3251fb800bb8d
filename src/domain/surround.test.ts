// A field is cut out of what is plain around it, what is dark around it painted as background, and nothing else is touched.
import { expect, test } from 'vitest';
import { fieldOf } from './surround';

const [WIDTH, HEIGHT] = [400, 300];
const GLASS = [230, 214, 205] as const;
const BLACK = [7, 6, 9] as const;

/** A field with a dark nucleus at `at`, and what `colourAt` gives in place of it. */
function field(at: { x: number; y: number }, colourAt: (x: number, y: number) => readonly number[] | null) {
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const own = Math.hypot(x - at.x, y - at.y) < 30 ? [60, 20, 50] : GLASS;
      data.set(colourAt(x, y) ?? own, 4 * (y * WIDTH + x));
    }
  }
  return { data, width: WIDTH, height: HEIGHT };
}
const px = ({ data }: { data: Uint8ClampedArray }, x: number, y: number) => {
  const at = 4 * (y * WIDTH + x);
  return [...data.subarray(at, at + 3)];
};
const near = (found: number[], wanted: readonly number[], off = 3) =>
  expect(Math.max(...wanted.map((v, c) => Math.abs(v - (found[c] ?? 0))))).toBeLessThanOrEqual(off);

/** Glass is never all of one value. */
const grain = (x: number, y: number) => GLASS.map((v, c) => v - ((x * 7 + y * 13 + c * 5) % 11));

type Image = ReturnType<typeof field>;

/** The field found in an image has these px of it, but for at most two cells of the grid at each side. */
function expectCut(image: Image, { x0, y0, x1, y1 }: { x0: number; y0: number; x1: number; y1: number }): void {
  const before = image.data.slice();
  const { pixels, x, y } = fieldOf(image);
  const ends = [x, y, x + pixels.width, y + pixels.height];
  for (const [i, wanted] of [x0, y0, x1, y1].entries()) {
    const inwards = (i < 2 ? 1 : -1) * ((ends[i] as number) - wanted);
    expect(inwards).toBeGreaterThanOrEqual(0);
    expect(inwards).toBeLessThanOrEqual(6);
  }
  for (let v = 0; v < pixels.height; v += 3) {
    for (let u = 0; u < pixels.width; u += 3) {
      const at = 4 * (v * pixels.width + u);
      expect([...pixels.data.subarray(at, at + 3)]).toEqual(px({ data: before }, x + u, y + v));
    }
  }
}

/** The image is its own field still, and some of its px are others. */
function expectPainted(image: Image): void {
  const before = image.data.slice();
  const { isPainted, ...found } = fieldOf(image);
  expect(found).toEqual({ pixels: image, x: 0, y: 0 });
  expect(isPainted?.(2, 2)).toBe(true);
  expect(isPainted?.(WIDTH / 2, HEIGHT / 2)).toBe(false);
  expect(image.data.some((value, i) => value !== before[i])).toBe(true);
}

/** 0 in the middle of an eyepiece's field, 1 at its edge. */
const out = (x: number, y: number) => Math.hypot((x - WIDTH / 2) / 190, (y - HEIGHT / 2) / 140);

test('an eyepiece\u2019s field goes on as glass beyond its soft edge, and what is in it stays', () => {
  const soft = (x: number, y: number) => Math.min(1, Math.max(0, (out(x, y) - 0.97) / 0.04));
  const image = field({ x: 120, y: 150 }, (x, y) => {
    const share = soft(x, y);
    return share > 0 ? GLASS.map((v, c) => v + ((BLACK[c] as number) - v) * share) : null;
  });
  const before = image.data.slice();
  expectPainted(image);
  for (let y = 0; y < HEIGHT; y += 7) {
    for (let x = 0; x < WIDTH; x += 7) {
      if (out(x, y) > 1) near(px(image, x, y), GLASS, 24);
      else if (out(x, y) < 0.85) expect(px(image, x, y)).toEqual(px({ data: before }, x, y));
    }
  }
});

test('beyond the field the background goes on as it is beside it', () => {
  // Pink on the left, blue on the right.
  const shade = (x: number) => [230 - 40 * (x / WIDTH), 200, 190 + 40 * (x / WIDTH)];
  const image = field({ x: 200, y: 150 }, (x, y) =>
    out(x, y) > 1 ? BLACK : Math.hypot(x - 200, y - 150) < 30 ? null : shade(x),
  );
  expectPainted(image);
  for (const x of [10, 390]) near(px(image, x, 5), shade(x), 12);
});

test.each([
  ['white', [255, 255, 255]],
  ['grey', [236, 236, 240]],
  ['black', [4, 4, 4]],
])('the %s frame of a figure is cut off at the field\u2019s edge', (_, colour) => {
  const framed = (x: number, y: number) => x < 40 || x >= 350 || y < 30 || y >= 260;
  const image = field({ x: 80, y: 80 }, (x, y) => {
    if (framed(x, y)) return colour;
    return Math.hypot(x - 80, y - 80) < 30 ? null : grain(x, y);
  });
  expectCut(image, { x0: 40, y0: 30, x1: 350, y1: 260 });
});

test('a program\u2019s window around a field is cut off, its letters and buttons too', () => {
  const inField = (x: number, y: number) => x >= 10 && x < 290 && y >= 40 && y < 290;
  const image = field({ x: 80, y: 120 }, (x, y) => {
    if (inField(x, y)) return Math.hypot(x - 80, y - 120) < 30 ? null : grain(x, y);
    if (y < 20) return [45, 48, 56];
    if (y < 32) return x % 40 < 14 ? [70, 110, 180] : [225, 228, 232];
    return x > 310 && x < 380 && y > 80 && y % 20 < 6 && (x * y) % 3 === 0 ? [0, 0, 0] : [243, 243, 243];
  });
  expectCut(image, { x0: 10, y0: 40, x1: 290, y1: 290 });
});

test('an eyepiece\u2019s field in a frame is cut out, and the dark around it painted', () => {
  const framed = (x: number, y: number) => x < 20 || x >= 380 || y < 15 || y >= 285;
  const image = field({ x: 150, y: 140 }, (x, y) => {
    if (framed(x, y)) return [240, 240, 240];
    if (Math.hypot((x - 200) / 172, (y - 150) / 128) > 1) return BLACK;
    return Math.hypot(x - 150, y - 140) < 30 ? null : grain(x, y);
  });
  const { pixels, x, y } = fieldOf(image);
  for (const [found, wanted] of [
    [x, 20],
    [y, 15],
    [pixels.width, 360],
    [pixels.height, 270],
  ] as const) {
    expect(Math.abs(found - wanted)).toBeLessThanOrEqual(12);
  }
  const corner = pixels.data.subarray(0, 3);
  near([...corner], GLASS, 24);
});

test.each<[string, Image]>([
  [
    'glass that is overexposed, with cells apart from each other',
    field({ x: 90, y: 90 }, (x, y) =>
      Math.hypot(x - 90, y - 90) < 30 ? null : Math.hypot(x - 250, y - 200) < 25 ? [220, 160, 170] : [255, 255, 255],
    ),
  ],
  ['a field to its edges', field({ x: 200, y: 150 }, () => null)],
  ['a dark cell in a corner', field({ x: 8, y: 8 }, () => null)],
  [
    'dark cells in two corners',
    field({ x: 8, y: 8 }, (x, y) => (Math.hypot(x - 395, y - 295) < 25 ? [50, 20, 60] : null)),
  ],
  ['a dark fold from edge to edge', field({ x: 60, y: 60 }, (x) => (x > 190 && x < 220 ? [40, 30, 50] : null))],
  [
    'bright cells on a dark ground',
    field({ x: 90, y: 90 }, (x, y) => (Math.hypot((x % 100) - 50, (y % 100) - 50) < 22 ? [220, 230, 240] : BLACK)),
  ],
  ['specks on a dark ground', field({ x: 90, y: 90 }, (x, y) => (x % 9 < 3 && y % 9 < 4 ? [240, 240, 240] : BLACK))],
  [
    'a figure of two fields',
    field({ x: 90, y: 150 }, (x, y) =>
      x < 20 || (x >= 190 && x < 210) || x >= 380 || y < 20 || y >= 280
        ? [255, 255, 255]
        : Math.hypot(x - 90, y - 150) < 30
          ? null
          : grain(x, y),
    ),
  ],
  ['a photograph that is dark all over', field({ x: 90, y: 90 }, () => BLACK)],
])('%s stays as it is', (_, image) => {
  const before = image.data.slice();
  expect(fieldOf(image)).toEqual({ pixels: image, x: 0, y: 0 });
  expect(image.data.every((value, i) => value === before[i])).toBe(true);
});

test('what was drawn into a field is painted over, also in one that is cut out of a frame', () => {
  const bar = (x: number, y: number) => (x >= 60 && x < 140 && y >= 250 && y < 255 ? [0, 0, 0] : null);
  const plain = field(
    { x: 200, y: 150 },
    (x, y) => bar(x, y) ?? (Math.hypot(x - 200, y - 150) < 30 ? null : grain(x, y)),
  );
  fieldOf(plain);
  near(px(plain, 100, 252), GLASS, 12);
  near(px(plain, 200, 150), [60, 20, 50], 0);
  const framed = field({ x: 200, y: 150 }, (x, y) =>
    x < 20 || y < 20 || x >= WIDTH - 20 || y >= HEIGHT - 20 ? [255, 255, 255] : (bar(x, y) ?? grain(x, y)),
  );
  const found = fieldOf(framed);
  const at = 4 * ((252 - found.y) * found.pixels.width + 100 - found.x);
  near([...found.pixels.data.subarray(at, at + 3)], GLASS, 12);
});
