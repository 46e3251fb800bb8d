/** Where the maps of a program lie in an image's slab of memory. */
import { type Life, place } from '../plan/place';
import type { Program, View } from './program';

export interface Layout {
  /** First vec4 of each map in an image's slab. */
  offsets: Map<string, number>;
  /** vec4 of a slab. */
  slab: number;
  /** vec4 of the outputs, which lie at the slab's start in their order. */
  outputs: number;
}

function livesOf({ dispatches, maps, inputs, outputs }: Program): Life[] {
  const lives = new Map<string, Life>();
  const touch = (map: string, at: number) => {
    const life = lives.get(map);
    if (life) life.until = Math.max(life.until, at);
    else lives.set(map, { map, size: maps.get(map) as number, from: at, until: at });
  };
  for (const input of Object.values(inputs)) touch(input, -1);
  dispatches.forEach(({ params }, at) => {
    for (const value of Object.values(params)) if (typeof value === 'object') touch((value as View).map, at);
  });
  return [...lives.values()].filter(({ map }) => !outputs.includes(map));
}

/** keep: nothing shares a place, so that every map can be looked at after the pass. */
export function planArena(program: Program, keep = false): Layout {
  const offsets = new Map<string, number>();
  let outputs = 0;
  for (const map of program.outputs) {
    offsets.set(map, outputs);
    outputs += program.maps.get(map) as number;
  }
  const { offsets: others, end } = place(livesOf(program), outputs, keep);
  for (const [map, at] of others) offsets.set(map, at);
  return { offsets, slab: end, outputs };
}
