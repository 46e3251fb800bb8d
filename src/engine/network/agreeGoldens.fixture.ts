/** For tests: what PyTorch computed with the same float16 weights, stage by stage. */
import { windowOf } from './shown';

interface Entry {
  crop: number;
  name: string;
  shape: number[];
  offset: number;
}

/** Where the tests' server has the model. */
export const modelFolder = () => new URL('/models/sg-cldff-v5/', location.href).href;

/** Golden arrays: `${crop}.${stage}`. */
export async function readStages(): Promise<(crop: number, name: string) => Float32Array> {
  const entries: Entry[] = await (await fetch(`${modelFolder()}golden/golden.json`)).json();
  const bytes = await (await fetch(`${modelFolder()}golden/golden.bin`)).arrayBuffer();
  const stages = new Map(
    entries.map(({ crop, name, shape, offset }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return [`${crop}.${name}`, new Float32Array(bytes, offset, length)];
    }),
  );
  return (crop, name) => {
    const found = stages.get(`${crop}.${name}`);
    if (!found) throw new Error(`no golden ${name} of crop ${crop}`);
    return found;
  };
}

/** A golden's input, which is made of bytes, as a window. */
export const asWindow = (crop: Float32Array) => windowOf(Uint8Array.from(crop, (v) => Math.round(v * 255)));

/** Share of px whose class is the same. */
export function agreement(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((same, value, i) => same + (value === b[i] ? 1 : 0), 0) / b.length;
}
