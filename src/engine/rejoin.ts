/** Lobes of one nucleus that were taken for cells each: in pale stains the detector sees no cytoplasm between them. */
import { type Box, boxIou } from '../domain/box';
import { maskAreas, overlapShare } from '../domain/mask';
import { calledOther, type Find, type Scene } from './finds';
import { lookAtAll } from './look';

/** Finds are close where their boxes, grown by this share of the larger one's longer side, overlap. */
const CLOSE = 0.15;
/** The whole holds this share of each part's mask. */
const HELD = 0.8;
/**
 * Least area of the whole over that of the disc about it (as wide as its box is long). Two cells in contact have 0.5 where they
 * are of a size and 0.62 where one is a third of the other; an ellipse of 1.4 to 1 has 0.71.
 */
const ROUND = 0.66;

/**
 * Finds with those joined that are one cell: where finds are close and `unsure` holds for one of them, the network is shown them
 * as one, and is believed where what it outlines is round and holds them all. onLook is awaited before each look, and may throw to stop.
 */
export async function rejoined(
  scene: Scene,
  finds: Find[],
  unsure: (find: Find) => boolean,
  onLook: () => Promise<void>,
): Promise<Find[]> {
  let all = finds;
  for (const group of groupsOf(finds, unsure)) {
    await onLook();
    const whole = (await lookAtAll(scene, [candidateOf(group)], async () => {})).find((find) => isWhole(find, group));
    if (whole) all = [...all.filter((find) => !group.includes(find)), whole];
  }
  return all;
}

/** Finds that hang together by pairs of close ones. */
function groupsOf(finds: Find[], unsure: (find: Find) => boolean): Find[][] {
  const groups: Find[][] = [];
  for (const find of finds) {
    const joined = groups.filter((group) =>
      group.some((other) => (unsure(find) || unsure(other)) && close(find.box, other.box)),
    );
    const rest = groups.filter((group) => !joined.includes(group));
    groups.splice(0, groups.length, ...rest, [...joined.flat(), find]);
  }
  return groups.filter((group) => group.length > 1);
}

const longer = ({ x0, y0, x1, y1 }: Box) => Math.max(x1 - x0, y1 - y0);

function close(a: Box, b: Box): boolean {
  const margin = CLOSE * Math.max(longer(a), longer(b));
  return boxIou({ x0: a.x0 - margin, y0: a.y0 - margin, x1: a.x1 + margin, y1: a.y1 + margin }, b) > 0;
}

function candidateOf(group: Find[]) {
  const x0 = Math.min(...group.map(({ box }) => box.x0));
  const y0 = Math.min(...group.map(({ box }) => box.y0));
  const x1 = Math.max(...group.map(({ box }) => box.x1));
  const y1 = Math.max(...group.map(({ box }) => box.y1));
  const score = Math.max(...group.map((find) => find.score));
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, diameter: (x1 - x0 + y1 - y0) / 2, score };
}

function isWhole(find: Find, group: Find[]): boolean {
  const disc = (Math.PI / 4) * longer(find.box) ** 2;
  const round = maskAreas(find.mask).cell >= ROUND * disc;
  return round && !calledOther(find) && group.every((part) => overlapShare(part, find) >= HELD);
}
