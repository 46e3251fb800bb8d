/** From what was looked at in a field to its cells. */
import { reachesEdge } from '../domain/box';
import { CELL_TYPES } from '../domain/cellType';
import { maskAreas } from '../domain/mask';
import type { Pixels } from '../domain/pixels';
import type { Find, Scene } from './finds';
import type { Model } from './network/weights';
import { parted } from './part';
import { rejoined } from './rejoin';
import { distinct } from './results/distinct';
import { distance } from './results/novelty';
import { isDebris, isSpeck } from './results/plausible';
import { callType } from './results/types';

/** Confidence from which a find beside another is taken for the cell that it looks like, and half a find for a white cell of whatever type. */
const SURE = 0.9;

/** What a find is called, and how unlike the training cells it is (1 at the limit of the known). */
export function callOf(model: Model, find: Find) {
  const { calibration } = model.manifest;
  const novelty = distance(find.output.features, model.reading) / calibration.maxDistance;
  return { ...callType(find.output.types, novelty, calibration), novelty };
}

/**
 * The cells among a field's finds: each once, two that were taken for one parted, lobes that were taken for cells joined. onLook is
 * awaited before each further look, and may throw to stop.
 */
export async function settled(scene: Scene, finds: Find[], onLook: () => Promise<void>): Promise<Find[]> {
  const { model, pixels } = scene;
  const cellsOf = (all: Find[]) => distinct(all.filter((find) => !isNoCell(model, find, pixels)));
  const confidence = (find: Find) => callOf(model, find).confidence;
  let cells = cellsOf(finds);
  for (const step of [
    () => parted(scene, cells, (half) => isWhiteCell(model, half), onLook),
    () => rejoined(scene, cells, (find) => confidence(find) < SURE, onLook),
  ]) {
    const changed = await step();
    if (changed !== cells) cells = cellsOf(changed);
  }
  return withoutSpecks(model, cells, pixels);
}

/** Of which type need not be sure: half of a pair shows less of a cell than its own crop would. */
function isWhiteCell(model: Model, find: Find): boolean {
  const { probabilities, novelty } = callOf(model, find);
  return !(novelty > 1) && 1 - (probabilities[CELL_TYPES.indexOf('platelet')] as number) >= SURE;
}

/** Without finds of no sure type that are far smaller than the others; what the edge cuts may be any size. */
function withoutSpecks(model: Model, cells: Find[], pixels: Pixels): Find[] {
  const isSure = (find: Find) => callOf(model, find).type !== 'unidentified';
  const area = (find: Find) => maskAreas(find.mask).cell;
  const sure = cells.filter(isSure).map(area);
  return cells.filter((find) => isSure(find) || reachesEdge(find.box, pixels) || !isSpeck(area(find), sure));
}

/** Platelets, debris and red cells the detector proposed: in a field they are no finds. */
function isNoCell(model: Model, find: Find, pixels: Pixels): boolean {
  const { cropSize, cropSidePerDiameter } = model.manifest;
  const { type, confidence } = callOf(model, find);
  if (type === 'platelet') return true;
  return !reachesEdge(find.box, pixels) && isDebris(find.region, cropSize, cropSidePerDiameter, confidence);
}
