// What a browser's processes hold, sampled while a benchmark runs.
import { readdirSync, readFileSync } from 'node:fs';

/** Resident MB of this browser's processes by kind (Linux; empty elsewhere). @param {number} browserPid */
export function resident(browserPid) {
  /** @type {Record<string, number>} */
  const sums = {};
  try {
    /** @type {Map<number, number>} */
    const parents = new Map();
    for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
      try {
        parents.set(pid, Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]));
      } catch {}
    }
    const own = (/** @type {number} */ pid) => {
      for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === browserPid) return true;
      return false;
    };
    for (const pid of parents.keys()) {
      if (!own(pid)) continue;
      const kind = /--type=([\w-]+)/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1] ?? 'browser';
      // Proportional: a page shared by several processes counts once in all.
      const kB = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
      sums[kind] = (sums[kind] ?? 0) + kB / 1000;
    }
  } catch {}
  return sums;
}

/** Samples until stopped; `peak` is the largest MB of each kind of process. @param {number} browserPid */
export function watchMemory(browserPid) {
  /** @type {Record<string, number>} */
  const peak = {};
  const timer = setInterval(() => {
    for (const [kind, mb] of Object.entries(resident(browserPid))) peak[kind] = Math.max(peak[kind] ?? 0, mb);
  }, 250);
  return { peak, stop: () => clearInterval(timer) };
}
