/** What the lowering of every layer writes to: dispatches, maps and weights. */
import type { CueConstants } from '../../manifest';
import { type ModelArray, padded } from '../../plan/arrays';
import type { MapShape, Plan } from '../../plan/layers';
import type { Storage, Tile } from '../kernel';
import { type Dispatch, type View, WeightPack } from '../program';

/** How much one thread computes: large tiles read less, small ones keep more threads busy. */
export interface Tuning {
  /** px of a row, at most. */
  px: number;
  /** vec4 that a thread adds up, at most: px times groups. */
  registers: number;
  /** Tiles are made smaller until a dispatch has this many threads an image. */
  threads: number;
  storage: Storage;
}

/** The map that says which window of the image is shown, and how. */
export const WINDOW = 'window';

/** For a map that a kernel may do without. */
export const NONE = -1;

export const quads = (n: number) => Math.ceil(n / 4);

/** Input and output channels of a convolution's or a linear layer's weights. */
const channelsOf = ({ shape }: ModelArray): [number, number] => [shape.at(-2) as number, shape.at(-1) as number];

export class Lowering {
  readonly dispatches: Dispatch[] = [];
  readonly sizes = new Map<string, number>();
  readonly views = new Map<string, View>();
  /** The model's arrays, and the plan's own numbers. */
  readonly pack = new WeightPack();
  readonly numbers = new WeightPack();
  /** Gates that consumers of a map apply as they read it. */
  readonly gates = new Map<string, View>();
  readonly plan: Plan;
  readonly array: (name: string) => ModelArray;
  readonly constants: CueConstants;
  readonly tuning: Tuning;
  /** What the dispatches that are emitted next are named for. */
  layer = '';

  constructor(plan: Plan, array: (name: string) => ModelArray, constants: CueConstants, tuning: Tuning) {
    this.plan = plan;
    this.array = array;
    this.constants = constants;
    this.tuning = tuning;
    this.map(plan.input, this.shape(plan.input));
  }

  shape(map: string): MapShape {
    const shape = this.plan.maps.get(map);
    if (!shape) throw new Error(`the plan names no map ${map}`);
    return shape;
  }

  /** A new map of whole vec4 a px. */
  map(name: string, { height, width, channels }: MapShape): View {
    const step = quads(channels);
    this.sizes.set(name, height * width * step);
    const view = { map: name, offset: 0, step };
    this.views.set(name, view);
    return view;
  }

  /** A new plane of scalars. */
  plane(name: string, height: number, width: number): View {
    this.sizes.set(name, quads(height * width));
    const view = { map: name, offset: 0, step: 0 };
    this.views.set(name, view);
    return view;
  }

  view(name: string): View {
    const view = this.views.get(name);
    if (!view) throw new Error(`map ${name} is read before it is written`);
    return view;
  }

  emit(dispatch: Omit<Dispatch, 'name'>): void {
    this.dispatches.push({ name: this.layer, ...dispatch });
  }

  /** Weights of a convolution with whole vec4 of inputs and outputs. */
  weight(name: string): number {
    return this.pack.add(`${name}.w`, () => {
      const array = this.array(`${name}.w`);
      const [inputs, outputs] = channelsOf(array);
      const taps = array.values.length / (inputs * outputs);
      if (inputs % 4 === 0 && outputs % 4 === 0) return array.values;
      const [rows, columns] = [quads(inputs) * 4, quads(outputs) * 4];
      const all = new Float32Array(taps * rows * columns);
      for (let tap = 0; tap < taps; tap++) {
        const part = array.values.subarray(tap * inputs * outputs, (tap + 1) * inputs * outputs);
        all.set(padded(part, outputs, rows, columns), tap * rows * columns);
      }
      return all;
    });
  }

  values(name: string): number {
    return this.pack.add(name, () => this.array(name).values);
  }

  bias(name: string): number {
    return this.values(`${name}.b`);
  }

  outputs(name: string): number {
    return quads(channelsOf(this.array(`${name}.w`))[1]);
  }

  /**
   * The largest tile that keeps enough threads: groups divides `outputs`, px divides `width` where rows matter; of
   * equals the wider.
   */
  tile(px: number, outputs: number, width?: number, registers = this.tuning.registers): Tile {
    const widths = [8, 4, 2, 1].filter((n) => n <= this.tuning.px && (width ?? 0) % n === 0);
    const groups = Array.from({ length: outputs }, (_, i) => outputs - i).filter((n) => outputs % n === 0);
    const tiles = widths.flatMap((w) => groups.map((g) => ({ px: w, groups: g })));
    tiles.sort((a, b) => b.px * b.groups - a.px * a.groups || b.px - a.px);
    const fitting = tiles.filter((tile) => tile.px * tile.groups <= registers);
    const threads = (tile: Tile) => Math.ceil(px / tile.px) * (outputs / tile.groups);
    return fitting.find((tile) => threads(tile) >= this.tuning.threads) ?? (fitting.at(-1) as Tile);
  }
}
