/** What lies beside a find: other cells, whose masks are parted from its own, and debris that its mask has run into. */
import { boxIou } from '../domain/box';
import { isInMask, maskIou } from '../domain/mask';
import type { Candidate } from './candidates/find';
import { calledOther, type Find, place, type Scene, type Subject } from './finds';
import { partsBeside } from './results/segment';

/** Two candidates whose masks agree this much are one cell found twice, not neighbours. */
const SAME = 0.6;

/** What is becoming a cell: its find so far, and parts of its mask that turned out to be none of it. */
export interface Draft {
  find: Find;
  debris: Candidate[];
}

/** Each with its mask cut from what is beside it: from `known`, from the other finds, and from its debris. */
export function partedFrom(scene: Scene, drafts: Draft[], known: (find: Find) => Candidate[]): Draft[] {
  const finds = drafts.map(({ find }) => find);
  return drafts.flatMap(({ find, debris }) => {
    const neighbours = [...new Set([...known(find), ...neighboursOf(find, finds), ...debris])];
    const same = neighbours.length === 0 && find.neighbours.length === 0;
    const own = same ? find : place(scene, find.candidate, find.crop, find.output, neighbours);
    return own ? [{ find: own, debris }] : [];
  });
}

/** Parts of a find's mask behind a neck in which no other candidate lies, the find their only neighbour. */
export function unseenBeside(scene: Scene, find: Find, seen: Find[]): Subject[] {
  const { crop, candidate } = find;
  const scale = (crop.x1 - crop.x0) / scene.model.manifest.cropSize;
  return partsBeside(find.region, scene.model.manifest.cropSize).flatMap((part) => {
    const diameter = part.diameter * scale;
    const [x, y] = [crop.x0 + part.x * scale, crop.y0 + part.y * scale];
    const known = seen.some((other) => other !== find && near(other.candidate, x, y, diameter));
    return known ? [] : [{ candidate: { ...candidate, x, y, diameter }, neighbours: [candidate] }];
  });
}

/**
 * The first finds and what the looks at the parts beside them showed: cells of their own, or debris of the cell they are beside
 * (a red cell, a platelet, nothing). A part whose look shows that cell itself is a part of it.
 */
export function sorted(first: Find[], parts: Subject[], beside: (Find | null)[]): Draft[] {
  const wholes = first.map((find): Draft => ({ find, debris: [] }));
  const added: Draft[] = [];
  parts.forEach(({ candidate, neighbours: [of] }, k) => {
    const find = beside[k] ?? null;
    const whole = wholes.find((draft) => draft.find.candidate === of);
    if (!whole || (find && maskIou(find.mask, find.box, whole.find.mask, whole.find.box) >= SAME)) return;
    if (find && !calledOther(find)) added.push({ find, debris: [] });
    else whole.debris.push(candidate);
  });
  return [...wholes, ...added];
}

const near = (candidate: Candidate, x: number, y: number, diameter: number) =>
  Math.hypot(candidate.x - x, candidate.y - y) < diameter / 2;

function neighboursOf(find: Find, all: Find[]): Candidate[] {
  return all.flatMap((other) => (isNeighbour(find, other) ? [other.candidate] : []));
}

/** True where the other is near enough for a mask to leak into it, and is not the same cell found twice. */
function isNeighbour(find: Find, other: Find): boolean {
  if (find === other) return false;
  if (boxIou(find.crop, other.box) === 0) return false;
  // Another whose mask holds this one's centre is this cell too, or has swallowed it: its own look will tell.
  if (isInMask(other.mask, other.box, find.candidate)) return false;
  return maskIou(find.mask, find.box, other.mask, other.box) < SAME;
}
