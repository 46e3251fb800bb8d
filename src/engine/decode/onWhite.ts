/** A picture whose transparency has become white, as it does in the px that the engine is given. */

/** A context whose canvas is white and stays without transparency. In memory, so that every picture is blended by the same arithmetic. */
export function whiteContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) throw new Error('no 2D canvas in this browser');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  return context;
}

/** Takes the bitmap over. */
export function onWhite(bitmap: ImageBitmap): ImageBitmap {
  try {
    const context = whiteContext(bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    return context.canvas.transferToImageBitmap();
  } finally {
    bitmap.close();
  }
}
