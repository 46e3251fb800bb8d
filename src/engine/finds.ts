/** One look of the network at candidates, and what it sees there as a cell in the image. */
import type { Box } from '../domain/box';
import { CELL_TYPES } from '../domain/cellType';
import type { Mask } from '../domain/mask';
import type { Pixels, WhitePoint } from '../domain/pixels';
import { inBatches } from './batches';
import type { Candidate } from './candidates/find';
import type { CropOutput, Network } from './network/network';
import type { Model } from './network/weights';
import { centredCell } from './results/centredCell';
import { softmax3 } from './results/classMap';
import { fieldMask } from './results/fieldMask';
import { forcedCell, withoutNeighbours } from './results/segment';

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
export interface Subject {
  candidate: Candidate;
  neighbours: Candidate[];
}

/** A candidate with nothing known beside it. */
export const alone = (candidate: Candidate): Subject => ({ candidate, neighbours: [] });

/** True where 'platelet/other' is the most probable type. */
export function calledOther({ output: { types } }: Find): boolean {
  return types.indexOf(Math.max(...types)) === OTHER;
}

/** Finds of all subjects, batch by batch; null where the network sees no cell. */
export async function looks(
  scene: Scene,
  subjects: Subject[],
  onDone: (done: number) => Promise<void>,
): Promise<(Find | null)[]> {
  const { pixels, white, network } = scene;
  const cropOf = ({ candidate: { x, y, diameter } }: Subject): Box => {
    const half = (diameter * scene.model.manifest.cropSidePerDiameter) / 2;
    return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
  };
  const finds: (Find | null)[] = [];
  await inBatches(
    network,
    subjects,
    (subject) => ({ pixels, white, box: cropOf(subject) }),
    (subject, output) => {
      finds.push(place(scene, subject.candidate, cropOf(subject), output, subject.neighbours));
    },
    onDone,
  );
  return finds;
}

/** Reads one output as a cell in the image. */
export function place(
  scene: Scene,
  candidate: Candidate,
  crop: Box,
  output: CropOutput,
  neighbours: Candidate[],
): Find | null {
  const { cropSize: size, cropSidePerDiameter } = scene.model.manifest;
  const scale = size / (crop.x1 - crop.x0);
  const others = neighbours.map(({ x, y, diameter }) => ({
    x: (x - crop.x0) * scale,
    y: (y - crop.y0) * scale,
    diameter: diameter * scale,
  }));
  let region = withoutNeighbours(centredCell(output.classes, size), size, size / cropSidePerDiameter, others);
  const { width, height } = scene.pixels;
  let placed = fieldMask(output, region, size, crop, width, height);
  if (!placed && scene.crop) {
    region = forcedCell(softmax3(output.segmentation), size, size / cropSidePerDiameter);
    placed = fieldMask(output, region, size, crop, width, height, true);
  }
  return placed && { candidate, crop, output, neighbours, region, ...placed, score: candidate.score };
}
