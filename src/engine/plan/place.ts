/** Places maps in one slab of memory: those that never live at the same time share their place. */

/** A map from the step that first touches it to the last that does; size in whatever unit. */
export interface Life {
  map: string;
  size: number;
  from: number;
  until: number;
}

export interface Placing {
  /** Where each map begins. */
  offsets: Map<string, number>;
  /** Where the last one ends. */
  end: number;
}

/** start: where the slab begins; keep: nothing shares a place, so that every map can be looked at afterwards. */
export function place(lives: Life[], start: number, keep = false): Placing {
  const offsets = new Map<string, number>();
  let end = start;
  const placed: (Life & { at: number })[] = [];
  // Largest first, each at the lowest place that is free all its life.
  for (const life of lives.toSorted((a, b) => b.size - a.size)) {
    const rivals = placed
      .filter((other) => keep || (other.from <= life.until && life.from <= other.until))
      .sort((a, b) => a.at - b.at);
    let at = start;
    for (const rival of rivals) {
      if (rival.at - at >= life.size) break;
      at = Math.max(at, rival.at + rival.size);
    }
    placed.push({ ...life, at });
    offsets.set(life.map, at);
    end = Math.max(end, at + life.size);
  }
  return { offsets, end };
}
