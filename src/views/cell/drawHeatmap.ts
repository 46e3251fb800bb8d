/** Colours a heatmap and draws it over a square. */

import { heatPixels } from '../../domain/colormap';
import type { Heatmap } from '../../domain/heatmap';

/** `peak`: raw value that gets the top colour; null: the map's own. Low values stay clear, so that the cell is seen. */
export function drawHeatmap(
  context: CanvasRenderingContext2D,
  { values, size, peak: own }: Heatmap,
  side: number,
  opacity: number,
  peak: number | null,
): void {
  const scale = peak !== null && peak > 0 ? own / peak : 1;
  const pixels = new ImageData(heatPixels(values, scale), size, size);
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, side, side);
  context.globalAlpha = 1;
}
