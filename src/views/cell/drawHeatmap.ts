/** Colours a heatmap and draws it over the square picture of a cell's window. */

import type { Box } from '../../domain/box';
import { heatPixels } from '../../domain/colormap';
import { type Heatmap, placeOn } from '../../domain/heatmap';

/** `peak`: raw value that gets the top colour; null: the map's own. Low values stay clear, so that the cell is seen. */
export function drawHeatmap(
  context: CanvasRenderingContext2D,
  heatmap: Heatmap,
  crop: Box,
  side: number,
  opacity: number,
  peak: number | null,
): void {
  const { values, size, peak: own } = heatmap;
  const scale = peak !== null && peak > 0 ? own / peak : 1;
  const pixels = new ImageData(heatPixels(values, scale), size, size);
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  const { x, y, width, height } = placeOn(crop, heatmap, side);
  context.drawImage(small, x, y, width, height);
  context.globalAlpha = 1;
}
