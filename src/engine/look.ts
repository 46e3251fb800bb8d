/** Shows candidates to the network and turns what it sees into masks in the image. */
import { type Box, boxIou } from '../domain/box';
import { CELL_TYPES } from '../domain/cellType';
import { BACKGROUND, decodeMask, type Mask, maskIou } from '../domain/mask';
import type { Pixels, WhitePoint } from '../domain/pixels';
import type { Candidate } from './candidates/find';
import type { CropOutput, Network } from './network/network';
import { meanOf, turned } from './network/turned';
import type { Model } from './network/weights';
import { centredCell } from './results/centredCell';
import { regionBox, softmax3 } from './results/classMap';
import { fieldMask } from './results/fieldMask';
import { forcedCell, partsBeside, withoutNeighbours } from './results/segment';

/**
 * A second look is taken where the mask's diameter (log ratio) or centre (diameters) differs this much from what
 * the first assumed. A file of one cell can afford it sooner, and more than once (lookAtOne).
 */
const REFINE = { field: { scale: Math.log(1.2), shift: 0.12 }, crop: { scale: Math.log(1.1), shift: 0.06 } };
/** Two candidates whose masks agree this much are one cell found twice, not neighbours. */
const SAME = 0.6;

const OTHER = CELL_TYPES.indexOf('platelet');

export interface LookOptions {
  /** The file shows one centred cell, and exactly one is reported. */
  crop: boolean;
}

export interface Scene extends LookOptions {
  model: Model;
  network: Network;
  pixels: Pixels;
  white: WhitePoint;
}

/** A candidate the network has looked at. */
export interface Find {
  candidate: Candidate;
  /** Window of the image that the network saw. */
  crop: Box;
  output: CropOutput;
  /** Those its mask was parted from. */
  neighbours: Candidate[];
  /** Px of the crop's grid that are the cell, 0 or 1. */
  region: Uint8Array;
  box: Box;
  mask: Mask;
  score: number;
}

/** Looks taken of looks known to be needed; awaited, and may throw to stop. */
export type OnDone = (done: number, total: number) => Promise<void>;

/** What is looked at: a candidate, and others known to be its neighbours. */
interface Subject {
  candidate: Candidate;
  neighbours: Candidate[];
}

/** What is becoming a cell: its find so far, and parts of its mask that turned out to be none of it. */
interface Draft {
  find: Find;
  debris: Candidate[];
}

/** What the network sees in the candidates, outlined and then seen turned as well. */
export async function lookAtAll(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  let looks = candidates.length;
  // As many again are needed at the end, but for candidates that turn out to be none.
  const finds = await outlined(scene, candidates, (done, total) => {
    looks = total;
    return onDone(done, total + candidates.length);
  });
  return bothWays(scene, finds, (done, total) => onDone(looks + done, looks + total));
}

/**
 * Finds as the mean of what the network sees in them upright and upside down, of which neither is more right: what it is unsure of
 * often differs between the two. On a lab left out of training the types' negative log-likelihood falls from 0.67 to 0.64 (model card).
 */
export async function bothWays(scene: Scene, finds: Find[], onDone: OnDone): Promise<Find[]> {
  const seen: Find[] = [];
  while (seen.length < finds.length) {
    const batch = finds.slice(seen.length, seen.length + scene.network.batch);
    const { pixels, white } = scene;
    const outputs = await scene.network.infer(batch.map(({ crop }) => ({ pixels, white, box: turned(crop) })));
    for (const [i, find] of batch.entries()) {
      const output = meanOf(find.output, outputs[i] as CropOutput);
      seen.push(place(scene, find.candidate, find.crop, output, find.neighbours) ?? find);
    }
    await onDone(seen.length, finds.length);
  }
  return seen;
}

/**
 * Shows every candidate to the network, and a second time where the first look corrects its size or
 * place or shows that its mask holds a neighbour; parts of a mask behind a neck are looked at by themselves, and
 * are cells of their own, cut off, or left.
 * Candidates in which the network sees no cell are left out.
 */
export async function outlined(scene: Scene, candidates: Candidate[], onDone: OnDone): Promise<Find[]> {
  let [taken, total] = [0, 0];
  const round = async (subjects: Subject[]) => {
    const before = taken;
    total += subjects.length;
    taken = total;
    return looks(scene, subjects, (done) => onDone(before + done, total));
  };
  const first = (await round(candidates.map(alone))).filter((find) => find !== null);
  const parts = scene.crop ? [] : first.flatMap((find) => unseenBeside(scene, find, first));
  const seen = sorted(first, parts, await round(parts));
  const drafts = partedFrom(scene, seen, ({ neighbours }) => neighbours);
  const again = drafts.flatMap((draft) => {
    // Enlarged to a cell's size, a platelet looks like a small lymphocyte: in a crop of one, the first look stands.
    const better = scene.crop && calledOther(draft.find) ? null : corrected(scene, draft.find);
    return better ? [{ draft, subject: { candidate: better, neighbours: draft.find.neighbours } }] : [];
  });
  const second = await round(again.map(({ subject }) => subject));
  again.forEach(({ draft }, k) => {
    draft.find = second[k] ?? draft.find;
  });
  // Where a second look moved a neighbour, the cut between them moves too.
  return partedFrom(scene, drafts, () => []).map(({ find }) => find);
}

/** Each with its mask cut from what is beside it: from `known`, from the other finds, and from its debris. */
function partedFrom(scene: Scene, drafts: Draft[], known: (find: Find) => Candidate[]): Draft[] {
  const finds = drafts.map(({ find }) => find);
  return drafts.flatMap(({ find, debris }) => {
    const neighbours = [...new Set([...known(find), ...neighboursOf(find, finds), ...debris])];
    const same = neighbours.length === 0 && find.neighbours.length === 0;
    const own = same ? find : place(scene, find.candidate, find.crop, find.output, neighbours);
    return own ? [{ find: own, debris }] : [];
  });
}

const alone = (candidate: Candidate): Subject => ({ candidate, neighbours: [] });

/** Parts of a find's mask behind a neck in which no other candidate lies, the find their only neighbour. */
function unseenBeside(scene: Scene, find: Find, seen: Find[]): Subject[] {
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
function sorted(first: Find[], parts: Subject[], beside: (Find | null)[]): Draft[] {
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

/** True where 'platelet/other' is the most probable type. */
export function calledOther({ output: { types } }: Find): boolean {
  return types.indexOf(Math.max(...types)) === OTHER;
}

/** True where the other is near enough for a mask to leak into it, and is not the same cell found twice. */
function isNeighbour(find: Find, other: Find): boolean {
  if (find === other) return false;
  if (boxIou(find.crop, other.box) === 0) return false;
  const { x, y } = find.candidate;
  // Another whose mask holds this one's centre is this cell too, or has swallowed it: its own look will tell.
  const { box } = other;
  if (x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1 && contains(other, x, y)) return false;
  return maskIou(find.mask, find.box, other.mask, other.box) < SAME;
}

function contains({ box, mask }: Find, x: number, y: number): boolean {
  return decodeMask(mask)[(Math.floor(y) - box.y0) * mask.width + Math.floor(x) - box.x0] !== BACKGROUND;
}

async function looks(
  scene: Scene,
  subjects: Subject[],
  onDone: (done: number) => Promise<void>,
): Promise<(Find | null)[]> {
  const finds: (Find | null)[] = [];
  while (finds.length < subjects.length) {
    // Asked anew each time: a device in trouble takes fewer at a time.
    finds.push(...(await look(scene, subjects.slice(finds.length, finds.length + scene.network.batch))));
    await onDone(finds.length);
  }
  return finds;
}

/** One pass over a batch; null where the network sees no cell. */
async function look(scene: Scene, batch: Subject[]): Promise<(Find | null)[]> {
  const { pixels, white, network } = scene;
  const crops = batch.map(({ candidate: { x, y, diameter } }): Box => {
    const half = (diameter * scene.model.manifest.cropSidePerDiameter) / 2;
    return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
  });
  const outputs = await network.infer(crops.map((box) => ({ pixels, white, box })));
  return outputs.map((output, i) => {
    const { candidate, neighbours } = batch[i] as Subject;
    return place(scene, candidate, crops[i] as Box, output, neighbours);
  });
}

/** Reads one output as a cell in the image. */
function place(
  scene: Scene,
  candidate: Candidate,
  crop: Box,
  output: CropOutput,
  neighbours: Candidate[],
): Find | null {
  const { cropSize: size, cropSidePerDiameter } = scene.model.manifest;
  const probabilities = softmax3(output.segmentation);
  const scale = size / (crop.x1 - crop.x0);
  const others = neighbours.map(({ x, y, diameter }) => ({
    x: (x - crop.x0) * scale,
    y: (y - crop.y0) * scale,
    diameter: diameter * scale,
  }));
  let region = withoutNeighbours(centredCell(probabilities, size), size, size / cropSidePerDiameter, others);
  const { width, height } = scene.pixels;
  let placed = fieldMask(probabilities, region, size, crop, width, height);
  if (!placed && scene.crop) {
    region = forcedCell(probabilities, size, size / cropSidePerDiameter);
    placed = fieldMask(probabilities, region, size, crop, width, height, true);
  }
  return placed && { candidate, crop, output, neighbours, region, ...placed, score: candidate.score };
}

/** The candidate as its mask says it should have been cut, or null where the first look was good enough. */
export function corrected(scene: Scene, find: Find): Candidate | null {
  const { cropSize: size } = scene.model.manifest;
  const limits = scene.crop ? REFINE.crop : REFINE.field;
  const box = regionBox(find.region, size);
  if (!box) return null;
  const scale = (find.crop.x1 - find.crop.x0) / size;
  const diameter = ((box.x1 - box.x0 + box.y1 - box.y0) / 2) * scale;
  const x = find.crop.x0 + ((box.x0 + box.x1) / 2) * scale;
  const y = find.crop.y0 + ((box.y0 + box.y1) / 2) * scale;
  const { candidate } = find;
  const shift = Math.hypot(x - candidate.x, y - candidate.y) / diameter;
  if (Math.abs(Math.log(diameter / candidate.diameter)) < limits.scale && shift < limits.shift) return null;
  return { ...candidate, x, y, diameter };
}
