/** Cells pressed together so that their outline has no neck: in the detector's map and in the mask they are one. */
import { reachesEdge } from '../domain/box';
import { maskAreas, overlapShare } from '../domain/mask';
import { ellipseOf } from '../domain/measure/regionProps';
import { calledOther, type Find, type Scene } from './finds';
import { lookAtAll } from './look';

/** Longer than this times its breadth, a find is looked at half by half: two discs in contact have 2.2, pressed flat 1.6.
 * Less than that for one pair of Chula's val (E-4B_0501), as weights that were not shipped drew it. */
const LONG = 1.35;
/** Two halves are cells of their own where their masks share no more than this of the smaller one, */
const SHARED = 0.15;
/** each is no less than this share of the whole, */
const LEAST = 0.25;
/** and together they make up this share of it: what is left out was part of one cell. */
const TOGETHER = 0.85;

/**
 * Finds with those parted that are two cells: where a find is long, the network is shown each half by itself, and is believed
 * where it outlines two cells that are `sure` to be some and hardly overlap and make up the whole. A cell that the image's edge cuts is long without
 * being two: not asked. onLook is awaited before each half's look, and may throw to stop.
 */
export async function parted(
  scene: Scene,
  finds: Find[],
  sure: (find: Find) => boolean,
  onLook: () => Promise<void>,
): Promise<Find[]> {
  let all = finds;
  for (const find of finds) {
    const cut = reachesEdge(find.box, scene.pixels);
    const halves = cut ? null : halvesOf(find, scene.model.manifest.cropSize);
    if (!halves) continue;
    // Each by itself: looked at together, a cell seen whole from both ends would be cut into two.
    const cells: Find[] = [];
    for (const half of halves) {
      await onLook();
      cells.push(
        ...(await lookAtAll(scene, [half], async () => {})).filter((cell) => !calledOther(cell) && sure(cell)),
      );
      if (!cells.length) break;
    }
    if (!areTwo(cells, find)) continue;
    const two = await besideEachOther(scene, cells);
    if (areTwo(two, find)) all = [...all.filter((other) => other !== find), ...two];
  }
  return all;
}

/** The two looked at once more, as neighbours: where their masks overlap they are cut. */
const besideEachOther = (scene: Scene, cells: Find[]) =>
  lookAtAll(
    scene,
    cells.map(({ candidate }) => candidate),
    async () => {},
  );

/** Candidates for the two halves of a long find, on its long axis; null where it is not long. */
function halvesOf({ region, crop, candidate }: Find, size: number) {
  const ellipse = ellipseOf({ inside: region, width: size, height: size });
  if (!ellipse || ellipse.majorAxis < LONG * ellipse.minorAxis) return null;
  const { centroid, majorAxis, minorAxis, angle } = ellipse;
  const scale = (crop.x1 - crop.x0) / size;
  const diameter = ((majorAxis / 2 + minorAxis) / 2) * scale;
  return [-1, 1].map((side) => ({
    ...candidate,
    x: crop.x0 + (centroid.x + 0.5 + ((side * majorAxis) / 4) * Math.cos(angle)) * scale,
    y: crop.y0 + (centroid.y + 0.5 + ((side * majorAxis) / 4) * Math.sin(angle)) * scale,
    diameter,
  }));
}

function areTwo(cells: Find[], whole: Find): boolean {
  const [a, b, more] = cells;
  if (!a || !b || more || calledOther(a) || calledOther(b)) return false;
  const area = maskAreas(whole.mask).cell;
  const areas = [a, b].map((cell) => overlapShare(cell, whole) * Math.min(area, maskAreas(cell.mask).cell));
  return (
    overlapShare(a, b) <= SHARED &&
    Math.min(...areas) >= LEAST * area &&
    (areas[0] as number) + (areas[1] as number) >= TOGETHER * area
  );
}
