/** The trust gate: a device runs crops whose results are known, and is believed only if it gets them. */
import { LeukolensError } from '../../domain/errors';
import type { Window } from '../../domain/pixels';
import type { CropOutput, Network } from '../network/network';
import { windowOf } from '../network/shown';

/** Known crops and part of what the network must make of them (models/training/sgcldff/gate.py writes them). */
export interface Goldens {
  /** The crops, each as a window that shows it as it is. */
  windows: Window[];
  /** For each crop the known values of some outputs; of the large ones every `stride`-th. */
  expected: Partial<Record<keyof CropOutput, Float32Array>>[];
  stride: number;
}

interface Header {
  [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
}

/** Largest difference to the goldens that rounding explains, with room for other devices' exp and log. */
const BOUNDS: Record<keyof CropOutput, number> = {
  types: 1e-3,
  features: 1e-3,
  saliency: 1e-3,
  cams: 2e-3,
  segmentation: 5e-3,
};

/** Half precision may differ by this many times as much; on the goldens rounding comes to three times for Grad-CAMs, a third for types. */
const HALVES = 10;

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
    const inputs: Uint8Array[] = [];
    const expected: Goldens['expected'] = [];
    for (let crop = 0, input = part('0.input'); input; input = part(`${++crop}.input`)) {
      inputs.push(new Uint8Array(input));
      const known: Partial<Record<keyof CropOutput, Float32Array>> = {};
      for (const name of Object.keys(BOUNDS) as (keyof CropOutput)[]) {
        const values = part(`${crop}.${name}`);
        if (values) known[name] = new Float32Array(values);
      }
      expected.push(known);
    }
    if (inputs.length === 0) throw new RangeError('no crops');
    return { windows: inputs.map(windowOf), expected, stride };
  } catch (cause) {
    throw new LeukolensError(
      'model-damaged',
      'The model cannot be used: its gate.bin is damaged.',
      'Reload the page while online to fetch it again.',
      { cause },
    );
  }
}

/** The goldens of a model's folder (URL with a trailing slash), or null where it came without or they cannot be had. */
export async function loadGoldens(folder: string, signal?: AbortSignal): Promise<Goldens | null> {
  let response: Response;
  try {
    response = await fetch(new URL('gate.bin', folder).href, { signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    return null;
  }
  return response.ok ? readGoldens(await response.arrayBuffer()) : null;
}

/** Empty where the outputs are the known ones; otherwise what is wrong, in words that fit behind 'because'. */
export function deviation(outputs: CropOutput[], { expected, stride }: Goldens, halves = false): string {
  for (const [k, known] of expected.entries()) {
    for (const [name, want] of Object.entries(known) as [keyof CropOutput, Float32Array][]) {
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
  }
  return '';
}

/** Runs the known crops, in half precision or not; resolves to what is wrong, or to nothing. Rejects as the network does. */
export async function check(network: Network, goldens: Goldens, halves = false): Promise<string> {
  const wrong = deviation(await network.infer(goldens.windows), goldens, halves);
  return wrong && `the graphics device computes wrong results: ${wrong}`;
}
