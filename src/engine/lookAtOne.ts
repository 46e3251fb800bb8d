/** Finds the cell of a file that shows one, whatever margin it was cut with. */
import { maskAreas } from '../domain/mask';
import { type Candidate, centralCandidate } from './candidates/find';
import { calledOther, type Find, type OnDone, type Scene } from './finds';
import { bothWays, corrected, outlined } from './look';

/** A cell cut out with hardly any margin has this share of the file's short side. */
const FILLING = 0.9;
/** Where the detector's find is smaller than this share, it may be a lobe or a granule of such a cell. */
const SMALL = 0.35;
/** What is looked at as a cell that fills the file is one where its mask's diameter has this share of the short side. */
const FILLS = 0.7;
/** Where even the second look's mask is of another size or place than was assumed, a pale cell may be cut off: so often it is cut anew. */
const ANEW = 2;

/**
 * The one cell of a file, by a look at what the detector finds at its centre; where that is little or nothing, also at the file
 * as a whole, for the detector does not know a cell without surroundings.
 */
export async function lookAtOne(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  return bothWays(scene, await theOne(scene, candidates, onDone), onDone);
}

async function theOne(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  const { width, height } = scene.pixels;
  const short = Math.min(width, height);
  const central = centralCandidate(candidates, width, height);
  const finds = await outlinedAnew(scene, await outlined(scene, [central], onDone), onDone);
  if (central.score > 0 && central.diameter >= SMALL * short) return finds;
  const whole: Candidate = { x: width / 2, y: height / 2, diameter: FILLING * short, score: 0 };
  const [filling] = await outlined(scene, [whole], (done, total) => onDone(1 + done, 1 + total));
  return filling && fills(filling, short) ? [filling] : finds;
}

/** Finds of one cell, cut as its mask says until that says the same, or ANEW times. */
async function outlinedAnew(scene: Scene, finds: Find[], onDone: OnDone): Promise<Find[]> {
  let latest = finds;
  for (let i = 0; i < ANEW; i++) {
    const [find] = latest;
    const better = find && !calledOther(find) && corrected(scene, find);
    const next = better ? await outlined(scene, [better], onDone) : [];
    if (next.length === 0) break;
    latest = next;
  }
  return latest;
}

function fills(find: Find, short: number): boolean {
  const diameter = Math.sqrt((4 * maskAreas(find.mask).cell) / Math.PI);
  return diameter >= FILLS * short && !calledOther(find);
}
