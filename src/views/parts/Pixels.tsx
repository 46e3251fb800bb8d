/** A bitmap of the store's pixels, drawn to fill its canvas. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { getPixels, subscribePixels, wantPixels } from '../../store/pixels';

/** The bitmap under a key; made when it is first shown, and kept as long as it is. */
export function usePixels(key: string): ImageBitmap | undefined {
  useEffect(() => wantPixels(key), [key]);
  return useSyncExternalStore(subscribePixels, () => getPixels(key));
}

export function Pixels({ name, className }: { name: string; className?: string }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const bitmap = usePixels(name);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas || !bitmap) return;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    // Drawn once and small: kept off the GPU, where hundreds of them would each cost a start-up and a texture.
    canvas.getContext('2d', { willReadFrequently: true })?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return bitmap ? (
    <canvas ref={ref} className={className} />
  ) : (
    <span className={`${className ?? ''} pixels-none`} aria-hidden="true" />
  );
}
