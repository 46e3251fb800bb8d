/** The trust gate: a device runs crops whose results are known, and is believed only if it gets them. */
import { LeukolensError } from '../../domain/errors';
import type { Window } from '../../domain/pixels';
import { thumbnailOff } from '../network/estimateWhite';
import { type CropOutput, classesOf, type MapName, type Network } from '../network/network';
import { windowOf } from '../network/shown';

/** Known crops and part of what the network must make of them (models/training/sgcldff/gate.py writes them). */
export interface Goldens {
  /** The crops, each as a window that shows it as it is, and a window that takes the first one for an image. */
  windows: Window[];
  /** For each crop the known values of some outputs; of the large ones every `stride`-th. */
  expected: Partial<Record<MapName, Float32Array>>[];
  stride: number;
  /** A window as a field in which cells are looked for, px each way, and of the maps of cells and cores every `stride`-th value. */
  field: { window: Window; side: number; cell: Float32Array; core: Float32Array };
}

interface Header {
  [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
}

/** Largest difference to the goldens that rounding explains, with room for other devices' exp and log. */
const BOUNDS: Record<MapName, number> = {
  types: 1e-3,
  features: 1e-3,
  saliency: 1e-3,
  cams: 2e-3,
  segmentation: 5e-3,
};

/** Of a mean of bytes, in [0, 1]. */
const THUMBNAIL = 1e-5;

/** Half precision may differ by this many times as much; on the goldens rounding comes to three times for Grad-CAMs, a third for types. */
const HALVES = 10;

/** A window of the first crop, taken for an image; white: constant, then the surface's coefficients, each [r, g, b]. */
function windowInto(first: Window | undefined, box: Float32Array, white: Float32Array): Window {
  if (!first || white.length !== 21) throw new RangeError('a window of nothing');
  const [x0, y0, x1, y1] = box as unknown as [number, number, number, number];
  const channel = (c: number) => [...white.filter((_, i) => i % 3 === c)];
  const surface = [0, 1, 2].map((c) => channel(c).slice(1));
  return { pixels: first.pixels, white: { constant: [...white.slice(0, 3)], surface }, box: { x0, y0, x1, y1 } };
}

/** Reads gate.bin (safetensors' layout). Throws LeukolensError where it is not one. */
export function readGoldens(bytes: ArrayBuffer): Goldens {
  try {
    const length = Number(new DataView(bytes).getBigUint64(0, true));
    const { __metadata__, ...header } = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
    const stride = Number(__metadata__.stride);
    const part = (name: string) => {
      const entry = (header as Header)[name];
      return entry && bytes.slice(8 + length + entry.data_offsets[0], 8 + length + entry.data_offsets[1]);
    };
    const windows: Window[] = [];
    const expected: Goldens['expected'] = [];
    let asField: Goldens['field'] | undefined;
    for (let crop = 0; ; crop++) {
      const [input, box, white] = [part(`${crop}.input`), part(`${crop}.box`), part(`${crop}.white`)];
      if (input) windows.push(windowOf(new Uint8Array(input)));
      else if (box && white) windows.push(windowInto(windows[0], new Float32Array(box), new Float32Array(white)));
      else break;
      const known: Goldens['expected'][number] = {};
      for (const name of Object.keys(BOUNDS) as MapName[]) {
        const values = part(`${crop}.${name}`);
        if (values) known[name] = new Float32Array(values);
      }
      if (!known.types) throw new RangeError('a crop of which nothing is known');
      expected.push(known);
      const [cell, core] = [part(`${crop}.field`), part(`${crop}.fieldCores`)];
      if (cell && core) {
        const side = Number(__metadata__.fieldSide);
        asField = {
          ...{ window: windows[crop] as Window, side },
          ...{ cell: new Float32Array(cell), core: new Float32Array(core) },
        };
      }
    }
    if (!asField) throw new RangeError('no field');
    return { windows, expected, stride, field: asField };
  } catch (cause) {
    throw new LeukolensError(
      'model-damaged',
      'The model cannot be used: its gate.bin is damaged.',
      'Reload the page while online to fetch it again.',
      { cause },
    );
  }
}

/** Empty where the outputs, of the crops over and over, are the known ones; otherwise what is wrong, in words that fit behind 'because'. */
export function deviation(
  outputs: Partial<CropOutput>[],
  { expected, stride }: Pick<Goldens, 'expected' | 'stride'>,
  halves = false,
): string {
  for (let k = 0; k < Math.max(outputs.length, expected.length); k++) {
    const known = expected[k % expected.length] ?? {};
    for (const [name, want] of Object.entries(known) as [MapName, Float32Array][]) {
      const got = outputs[k]?.[name];
      if (!got) return `it gave no ${name}`;
      const step = got.length === want.length ? 1 : stride;
      if (Math.ceil(got.length / step) !== want.length) return `its ${name} have the wrong size`;
      let worst = 0;
      let allZero = true;
      for (let i = 0; i < want.length; i++) {
        const value = got[i * step] as number;
        const difference = Math.abs(value - (want[i] as number));
        if (!Number.isFinite(difference)) return `it computed a ${name} value that is no number`;
        if (value !== 0) allZero = false;
        worst = Math.max(worst, difference);
      }
      if (worst > BOUNDS[name] * (halves ? HALVES : 1)) {
        return allZero ? `its ${name} are all zero` : `its ${name} are off by ${worst.toPrecision(2)}`;
      }
    }
    const { segmentation, classes } = outputs[k] ?? {};
    // Of its own logits, whatever is known of them: to the bit, for it compared the same numbers.
    if (segmentation && classes && !sameClasses(classes, classesOf(segmentation)))
      return 'its classes are not the most probable ones';
  }
  return '';
}

const sameClasses = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((value, i) => value === b[i]);

/**
 * Runs the known crops, in half precision or not, in every place of a batch, and one window once more as a field in which cells are
 * looked for; resolves to what is wrong, or to nothing. Rejects as the network does.
 */
export async function check(network: Network, goldens: Goldens, halves = false): Promise<string> {
  const { windows, expected } = goldens;
  const { madeBefore } = network;
  const one = { ...goldens, windows: windows.slice(0, 1), expected: expected.slice(0, 1) };
  const wrong = (await differs(network, goldens, halves)) || (madeBefore && (await differs(madeBefore, one, halves)));
  return wrong ? `wrong results: ${wrong}` : '';
}

async function differs(network: Network, goldens: Goldens, halves: boolean): Promise<string> {
  const { windows, field, stride } = goldens;
  const places = Array.from({ length: Math.max(windows.length, network.batch) }, (_, i) => i % windows.length);
  const outputs = await network.infer(places.map((i) => windows[i] as Window));
  const wrong = deviation(outputs, goldens, halves);
  if (wrong) return wrong;
  const { cell, core } = await network.saliency(field.window, field.side, field.side);
  const off = await thumbnailOff(network, field.window.pixels);
  if (!(off < THUMBNAIL)) return `its thumbnail is off by ${off.toPrecision(2)}`;
  // One kind of map: of cells, and of what is inside them.
  const expected = [{ saliency: field.cell }, { saliency: field.core }];
  return deviation([{ saliency: cell }, { saliency: core }], { stride, expected }, halves);
}
