/** A field of dark discs, and a network that calls everything dark cell: what tests look at. */
import { CELL_TYPES } from '../domain/cellType';
import type { Pixels, Window } from '../domain/pixels';
import type { Find } from './finds';
import { type CropOutput, classesOf, type Network } from './network/network';
import { shown } from './network/shown';
import type { Model } from './network/weights';

const [WIDTH, HEIGHT, SIZE] = [160, 100, 64];
export const model = { manifest: { cropSize: SIZE, cropSidePerDiameter: 1.8 } } as Model;

/** Dark discs [x, y, radius] on white. */
export function scene(discs: [number, number, number][]): Pixels {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [(i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5];
    if (discs.some(([cx, cy, r]) => Math.hypot(x - cx, y - cy) < r)) data.fill(60, i * 4, i * 4 + 3);
  }
  return { data, width: WIDTH, height: HEIGHT };
}

/** Calls what the crops show by `typeOf`, which gets the number of the crop ('a/b': as likely one as the other); what is dark is cell where `own` holds of its x. */
export function network(
  typeOf: (crop: number) => string,
  own: (x: number, window: Window) => boolean = () => true,
): Network & { seen: number } {
  const self = {
    batch: 4,
    seen: 0,
    async infer(windows: Window[]) {
      return windows.map((window): CropOutput => {
        const crop = shown(window, SIZE, SIZE);
        const { box } = window;
        const segmentation = new Float32Array(SIZE * SIZE * 3);
        for (let i = 0; i < SIZE * SIZE; i++) {
          const dark = (crop[i * 3] as number) < 0.6;
          const x = box.x0 + (((i % SIZE) + 0.5) / SIZE) * (box.x1 - box.x0);
          segmentation.set(dark && own(x, window) ? [0, 5, 0] : [5, 0, 0], i * 3);
        }
        const types = Float32Array.from(CELL_TYPES, (type) => (typeOf(self.seen).split('/').includes(type) ? 9 : 0));
        self.seen++;
        return {
          segmentation,
          classes: classesOf(segmentation),
          types,
          cams: new Float32Array(),
          saliency: new Float32Array(),
          features: new Float32Array(),
        };
      });
    },
    saliency: () => Promise.reject(new Error('Not asked for here')),
  };
  return self;
}

export const white = { constant: [1, 1, 1] as [number, number, number], surface: null };

export const centres = (finds: Find[]) =>
  finds.map(({ box }) => [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]).sort(([a], [b]) => Number(a) - Number(b));

export const pair: [number, number, number][] = [
  [60, 50, 20],
  [97, 50, 18],
];
