/** Places the maps of a program in one slab of memory: maps that never live at the same time share their place. */
import type { Program, View } from './program';

export interface Layout {
  /** First vec4 of each map in an image's slab. */
  offsets: Map<string, number>;
  /** vec4 of a slab. */
  slab: number;
  /** vec4 of the outputs, which lie at the slab's start in their order. */
  outputs: number;
}

interface Life {
  map: string;
  size: number;
  from: number;
  until: number;
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
  let slab = outputs;
  const placed: (Life & { at: number })[] = [];
  // Largest first, each at the lowest place that is free all its life.
  for (const life of livesOf(program).sort((a, b) => b.size - a.size)) {
    const rivals = placed
      .filter((other) => keep || (other.from <= life.until && life.from <= other.until))
      .sort((a, b) => a.at - b.at);
    let at = outputs;
    for (const rival of rivals) {
      if (rival.at - at >= life.size) break;
      at = Math.max(at, rival.at + rival.size);
    }
    placed.push({ ...life, at });
    offsets.set(life.map, at);
    slab = Math.max(slab, at + life.size);
  }
  return { offsets, slab, outputs };
}
