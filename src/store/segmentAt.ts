/** A missed cell, outlined by the engine where a person points. */
import type { DetectedCell } from '../domain/cell';
import { errorData, LeukolensError } from '../domain/errors';
import type { Pixels } from '../domain/pixels';
import { signatureOf } from '../domain/review/history';
import { decode, URGENCY } from './decoder';
import { clientFor, isAbort } from './engineClient';
import { fileOf } from './pictures';
import { addCell, freshId, isThere } from './reshape';
import { useStore } from './store';

let asking = false;

/** Has the engine outline the cell at a point of an image, px, and keep what it saw under `cellId`; null where it sees none. */
export async function lookAt(
  imageId: string,
  at: { x: number; y: number },
  cellId: number,
): Promise<DetectedCell | null> {
  const file = await fileOf(imageId);
  const image = useStore.getState().images.find(({ id }) => id === imageId);
  if (!file || !image) {
    throw new LeukolensError(
      'engine-stopped',
      'The photograph itself is not open, so the engine cannot look at it.',
      'Drop the image file here; it is recognised by its content.',
    );
  }
  const client = await clientFor(imageId);
  const wants = { id: imageId, page: image.page, pixels: true, field: false, keep: false };
  const decoded = await decode(file, wants, URGENCY.engine);
  decoded.thumb.close();
  return client.segmentAt(imageId, { name: image.name, pixels: decoded.pixels as Pixels }, at, cellId);
}

/** Adds the cell at a point of an image, px; what goes wrong is said on screen. */
export async function segmentAt(imageId: string, { x, y }: { x: number; y: number }): Promise<void> {
  const { images, history, reader } = useStore.getState();
  const image = images.find(({ id }) => id === imageId);
  const size = image?.analysis;
  if (asking || reader === 'second' || !size || x < 0 || y < 0 || x >= size.width || y >= size.height) return;
  if (isThere(imageId, { x, y })) return;
  asking = true;
  try {
    if (signatureOf(history.state, imageId)) {
      throw new LeukolensError(
        'slide-signed',
        'This image is signed off and locked.',
        'Reopen its slide to add cells.',
      );
    }
    const cell = await lookAt(imageId, { x, y }, freshId(imageId));
    // Another page may be shown by now, or the image be gone.
    if (useStore.getState().images.find(({ id }) => id === imageId)?.analysis !== size) return;
    // Its place may have gone to a cell that was made meanwhile, and so may its number.
    if (cell && !isThere(imageId, { x, y }, cell)) addCell(imageId, { ...cell, id: freshId(imageId) });
    if (!cell) {
      throw new LeukolensError(
        'review-conflict',
        'The engine sees no cell there.',
        'Press nearer to its middle. To outline a cell it cannot see, select none and paint it with the brush (K).',
      );
    }
  } catch (thrown) {
    if (!isAbort(thrown)) useStore.setState({ problem: errorData(thrown) });
  } finally {
    asking = false;
  }
}
