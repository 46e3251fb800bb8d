/** A network on a processor: calls of kernels one after the other, on maps that share a slab of memory. */
import { type Life, place } from '../plan/place';
import type { Kernels } from './kernels';

/** Maps begin at whole lines of the processor's caches. */
const LINE = 64;
/** Kernels read four floats at a time, at most three of them beyond a map's end. */
const SLACK = 16;
export const FLOAT = 4;

/** A map's size; its border: px of zeros around it, for 3x3 convolutions to read. */
export interface Size {
  width: number;
  height: number;
  channels: number;
  border?: 0 | 1;
}

/** Where a map lies: the address of its first px inside the border, bytes from px to px and from row to row. */
export interface Place extends Required<Size> {
  at: number;
  step: number;
  pitch: number;
}

/** One call, once the maps have their places. */
type Make = (places: (name: string) => Place) => () => void;

interface Step {
  maps: string[];
  make: Make;
}

const bytesOf = ({ width, height, channels, border }: Required<Size>) =>
  (width + 2 * border) * (height + 2 * border) * channels * FLOAT;

const aligned = (bytes: number) => Math.ceil(bytes / LINE) * LINE;

export interface Placed {
  calls: (() => void)[];
  /** By name. */
  places: Map<string, Place>;
  /** Where the last map ends. */
  end: number;
}

export class Program {
  private readonly kernels: Kernels;
  private readonly sizes = new Map<string, Required<Size>>();
  private readonly steps: Step[] = [];

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Declares a map; returns its name. */
  map(name: string, size: Size): string {
    this.sizes.set(name, { border: 0, ...size });
    return name;
  }

  size(name: string): Required<Size> {
    const size = this.sizes.get(name);
    if (!size) throw new Error(`no map ${name}`);
    return size;
  }

  /** A step that reads or writes these maps. A map with a border is given its zeros before the first of them. */
  add(maps: string[], make: Make): void {
    for (const name of maps) {
      if (!this.size(name).border || this.steps.some((step) => step.maps.includes(name))) continue;
      this.steps.push({
        maps: [name],
        make: (places) => {
          const { at, step, width, height } = places(name);
          return () => this.kernels.clearBorder(at, step, width, height);
        },
      });
    }
    this.steps.push({ maps, make });
  }

  /** Places all maps from address `start` on. inputs: written before the first step; outputs: read after the last. */
  placed(start: number, inputs: string[], outputs: string[]): Placed {
    const lives = new Map<string, Life>();
    const touch = (map: string, at: number) => {
      const life = lives.get(map);
      if (life) life.until = Math.max(life.until, at);
      else lives.set(map, { map, size: aligned(bytesOf(this.size(map)) + SLACK), from: at, until: at });
    };
    for (const map of inputs) touch(map, -1);
    this.steps.forEach(({ maps }, at) => {
      for (const map of maps) touch(map, at);
    });
    for (const map of outputs) touch(map, this.steps.length);
    const { offsets, end } = place([...lives.values()], aligned(start));
    const places = new Map<string, Place>();
    for (const [name, offset] of offsets) {
      const { width, height, channels, border } = this.size(name);
      const step = channels * FLOAT;
      const pitch = (width + 2 * border) * step;
      places.set(name, { at: offset + border * (pitch + step), step, pitch, width, height, channels, border });
    }
    const find = (name: string) => {
      const found = places.get(name);
      if (!found) throw new Error(`the map ${name} has no place`);
      return found;
    };
    return { calls: this.steps.map(({ make }) => make(find)), places, end };
  }
}
