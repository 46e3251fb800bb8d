/** A bitmap of the store's pixels, drawn to fill its canvas. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { getPixels, subscribePixels } from '../../store/pixels';

/** The bitmap under a key, as long as it is there. */
export function usePixels(key: string): ImageBitmap | undefined {
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
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return bitmap ? (
    <canvas ref={ref} className={className} />
  ) : (
    <span className={`${className ?? ''} pixels-none`} aria-hidden="true" />
  );
}
