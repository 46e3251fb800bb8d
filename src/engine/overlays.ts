/** Draws an analysed image's layers as bitmaps. */
import type { Overlay, OverlayKind, PaintedCell } from '../bridge/protocol';
import { CALL_TYPES, CELL_TYPES } from '../domain/cellType';
import { BACKGROUND, decodeMask, NUCLEUS } from '../domain/mask';
import { overlayHeat } from './kernels/overlayHeat';
import { overlayLabels } from './kernels/overlayLabels';
import { cytoplasmColours, infernoColours, nucleusColours } from './palettes';
import type { PipelineResult } from './pipeline';

type Drawn = PipelineResult & { painted: readonly PaintedCell[] };

/** Layers are drawn at most this wide or high; the viewer stretches them over the image. */
const MAX_SIDE = 2048;

/** Packed little-endian RGBA px as a bitmap. */
async function toBitmap(packed: Int32Array, width: number, height: number): Promise<ImageBitmap> {
  const bytes = new Uint8ClampedArray(width * height * 4);
  bytes.set(new Uint8ClampedArray(packed.buffer, packed.byteOffset, packed.byteLength));
  return createImageBitmap(new ImageData(bytes, width, height));
}

/** cells: whose masks to show; those the engine found where left out. */
export async function drawOverlay(
  image: PipelineResult,
  kind: OverlayKind,
  cells: readonly PaintedCell[] = image.cells,
): Promise<Overlay> {
  const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const draw = { saliency: drawSaliency, masks: drawMasks, gradcam: drawCams }[kind];
  return { bitmap: await toBitmap(await draw({ ...image, painted: cells }, scale, width, height), width, height) };
}

function drawSaliency({ saliency }: Drawn, _scale: number, width: number, height: number): Promise<Int32Array> {
  const maps = { values: saliency.values, count: 1, height: saliency.height, width: saliency.width };
  return overlayHeat(maps, [{ x0: 0, y0: 0, x1: width, y1: height }], infernoColours(), height, width);
}

function drawMasks({ painted }: Drawn, scale: number, width: number, height: number): Promise<Int32Array> {
  const labels = new Float32Array(width * height);
  for (const cell of painted) {
    const classes = decodeMask(cell.mask);
    const kind = CALL_TYPES.indexOf(cell.type);
    for (let y = Math.floor(cell.box.y0 * scale); y < Math.min(height, cell.box.y1 * scale); y++) {
      for (let x = Math.floor(cell.box.x0 * scale); x < Math.min(width, cell.box.x1 * scale); x++) {
        const my = Math.floor((y + 0.5) / scale) - cell.box.y0;
        const mx = Math.floor((x + 0.5) / scale) - cell.box.x0;
        if (my < 0 || mx < 0 || my >= cell.mask.height || mx >= cell.mask.width) continue;
        const value = classes[my * cell.mask.width + mx];
        if (value !== BACKGROUND) labels[y * width + x] = 1 + kind + (value === NUCLEUS ? CALL_TYPES.length : 0);
      }
    }
  }
  const palette = Int32Array.from([...cytoplasmColours(), ...nucleusColours()]);
  return overlayLabels(labels, palette, height, width);
}

function drawCams({ cells, evidence }: Drawn, scale: number, width: number, height: number): Promise<Int32Array> {
  const side = evidence.values().next().value?.side ?? 1;
  const n = side * side;
  const values = new Float32Array(cells.length * n);
  const boxes = cells.map((cell, k) => {
    const found = evidence.get(cell.id);
    found?.cams[CELL_TYPES.indexOf(cell.modelType)]?.forEach((v, i) => {
      values[k * n + i] = v / 255;
    });
    const { x0, y0, x1, y1 } = cell.crop;
    return { x0: x0 * scale, y0: y0 * scale, x1: x1 * scale, y1: y1 * scale };
  });
  return overlayHeat(
    { values, count: cells.length, height: side, width: side },
    boxes,
    infernoColours(),
    height,
    width,
  );
}
