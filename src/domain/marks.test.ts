// What programs draw into a picture goes; whatever stain and light may look like stays as it is.
import { expect, test } from 'vitest';
import { paintMarks } from './marks';

const [WIDTH, HEIGHT] = [400, 300];
const GLASS = [210, 198, 190];
const NUCLEUS = [70, 20, 110];
type Colour = readonly number[];
type ColourAt = (x: number, y: number) => Colour | null;

/** A field of a nucleus at (200, 150), and over it what the layers say, the first of them on top. */
function picture(...layers: ColourAt[]) {
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const own = Math.hypot(x - 200, y - 150) < 30 ? NUCLEUS : GLASS;
      const drawn = layers.map((colourAt) => colourAt(x, y)).find((colour) => colour !== null);
      data.set(drawn ?? own, 4 * (y * WIDTH + x));
    }
  }
  return { data, width: WIDTH, height: HEIGHT };
}

const bar =
  (x0: number, y0: number, w: number, h: number, colour: Colour): ColourAt =>
  (x, y) =>
    x >= x0 && x < x0 + w && y >= y0 && y < y0 + h ? colour : null;
const disc =
  (x0: number, y0: number, radius: number, colour: Colour): ColourAt =>
  (x, y) =>
    Math.hypot(x - x0, y - y0) < radius ? colour : null;
const ring =
  (x0: number, y0: number, radius: number, colour: Colour): ColourAt =>
  (x, y) =>
    Math.abs(Math.hypot(x - x0, y - y0) - radius) < 2 ? colour : null;

/** The picture is as it was without the marks, but for what lies within 3 px of the nucleus's edge. */
function expectGone(marks: ColourAt[], brightness = 210): void {
  const marked = picture(...marks);
  expect(paintMarks(marked, brightness)).toBeGreaterThan(0);
  const plain = picture();
  // One assertion: a hundred thousand take seconds.
  let off = 0;
  for (let at = 0; at < plain.data.length; at++) {
    const [x, y] = [(at / 4) % WIDTH, Math.floor(at / 4 / WIDTH)];
    if (Math.abs(Math.hypot(x - 200, y - 150) - 30) < 12) continue;
    off = Math.max(off, Math.abs((plain.data[at] as number) - (marked.data[at] as number)));
  }
  expect(off).toBeLessThanOrEqual(2);
}

function expectKept(layers: ColourAt[], brightness = 210): void {
  const image = picture(...layers);
  const before = image.data.slice();
  expect(paintMarks(image, brightness)).toBe(0);
  expect(image.data.every((value, at) => value === before[at])).toBe(true);
}

const [BLACK, WHITE, RED, BLUE, GREEN, YELLOW] = [
  [0, 0, 0],
  [255, 255, 255],
  [254, 0, 3],
  [0, 0, 254],
  [10, 250, 20],
  [255, 255, 0],
] as const;

test.each([
  ['a scale bar', [bar(300, 270, 80, 5, BLACK)]],
  ['lines of an arrow', [bar(40, 40, 40, 3, RED), bar(70, 36, 3, 11, RED)]],
  ['a line into a cell', [bar(120, 148, 70, 4, BLUE)]],
  ['a ring around a cell', [ring(200, 150, 50, GREEN)]],
  ['a spot of a foreign colour', [disc(60, 60, 9, YELLOW)]],
  ['letters on black', [bar(20, 278, 4, 12, YELLOW), bar(30, 278, 12, 4, YELLOW), bar(10, 270, 110, 28, BLACK)]],
  ['letters on black in a corner', [bar(4, 290, 30, 3, WHITE), bar(0, 280, 60, 20, BLACK)]],
  ['white letters', [bar(20, 20, 4, 20, WHITE), bar(20, 20, 15, 4, WHITE)]],
])('%s goes', (_, marks) => expectGone(marks));

test('what a line crosses goes on under it', () => {
  const image = picture(bar(120, 148, 160, 4, RED));
  paintMarks(image, 210);
  expect([...image.data.subarray(4 * (150 * WIDTH + 200), 4 * (150 * WIDTH + 200) + 3)]).toEqual(NUCLEUS);
});

test.each([
  ['ring', ring(80, 80, 16, GREEN)],
  ['box', (x: number, y: number) => (Math.max(Math.abs(x - 80), Math.abs(y - 80)) === 15 ? YELLOW : null)],
] as const)('a small %s leaves what it is around', (_, mark) => {
  const image = picture(mark, disc(80, 80, 9, NUCLEUS));
  expect(paintMarks(image, 210)).toBeGreaterThan(0);
  const px = (x: number, y: number) => [...image.data.subarray(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 3)];
  expect(px(80, 80)).toEqual(NUCLEUS);
  for (let c = 0; c < 3; c++) expect(Math.abs((px(96, 80)[c] as number) - (GLASS[c] as number))).toBeLessThanOrEqual(2);
});

test.each<[string, ColourAt[], number?]>([
  ['a field without marks', []],
  ['a nucleus that is black in its cell', [disc(80, 80, 25, BLACK), disc(80, 80, 32, [60, 30, 80])]],
  [
    'a nucleus of three lobes that is black',
    [...[60, 80, 100].map((x, i) => disc(x, 80 + 8 * (i % 2), 12, BLACK)), disc(80, 82, 40, [150, 110, 150])],
  ],
  [
    'a band that is black',
    [
      (x, y) => (Math.abs(Math.hypot(x - 80, y - 80) - 22) < 6 && y < 90 ? BLACK : null),
      disc(80, 80, 40, [150, 110, 150]),
    ],
  ],
  ['a bare nucleus that is black', [disc(80, 80, 25, BLACK)]],
  ['a nucleus of the screen’s blue', [disc(80, 80, 25, BLUE)]],
  ['an eosinophil of the screen’s red', [disc(80, 80, 30, RED)]],
  ['stain that is black in a dark picture', [bar(80, 80, 60, 6, BLACK)], 90],
  ['glass that is white in a bright picture', [bar(80, 80, 60, 6, WHITE)], 250],
  ['a speck', [bar(80, 80, 5, 3, BLACK)]],
  ['more than marks are of a picture', [bar(0, 0, 400, 60, GREEN)]],
])('%s stays', (_, layers, brightness) => expectKept(layers, brightness));
