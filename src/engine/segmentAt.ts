/** A cell that the detector missed: outlined and typed by the network where a person points. */
import type { DetectedCell } from '../domain/cell';
import { isInMask } from '../domain/mask';
import type { Pixels } from '../domain/pixels';
import { fieldOf } from '../domain/surround';
import { lookAtAll } from './look';
import { estimateWhite } from './network/estimateWhite';
import type { Network } from './network/network';
import type { Model } from './network/weights';
import { type CellEvidence, cellAndEvidence } from './pipeline';

/** Diameters tried, as shares of the one that the image's other cells have: people also point at small and large cells. */
const TRIES = [1, 0.7, 1.4];

/**
 * Shows the network windows around a point (px) and takes the first answer whose mask holds the point; null where none
 * does. `diameter`: usual size of the image's cells, px; null where none was found, a share of the image then.
 */
export async function segmentAt(
  model: Model,
  network: Network,
  image: Pixels,
  at: { x: number; y: number },
  id: number,
  diameter: number | null,
  signal?: AbortSignal,
): Promise<{ cell: DetectedCell; evidence: CellEvidence } | null> {
  signal?.throwIfAborted();
  const field = fieldOf(image);
  const { pixels } = field;
  const [x, y] = [at.x - field.x, at.y - field.y];
  const white = await estimateWhite(network, pixels, true, model.manifest.whitePoint);
  const scene = { model, network, pixels, white, crop: false };
  const usual = diameter ?? Math.min(pixels.width, pixels.height) / 5;
  for (const factor of TRIES) {
    const candidate = { x, y, diameter: usual * factor, score: 1 };
    const [find] = await lookAtAll(scene, [candidate], async () => signal?.throwIfAborted());
    if (find && isInMask(find.mask, find.box, { x, y })) return cellAndEvidence(model, find, id, field);
  }
  return null;
}
