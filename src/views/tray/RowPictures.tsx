/** The pictures of one row of the gallery on one canvas: a canvas for each of them would cost more than all the rest. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { getPixels, subscribePixels, wantPixels } from '../../store/pixels';

interface Props {
  /** Of the row's pictures, left to right. */
  names: readonly string[];
  /** Side of each and room between them, CSS px. */
  size: number;
  gap: number;
}

export function RowPictures({ names, size, gap }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const all = names.join('\n');
  useEffect(() => {
    const letGo = all.split('\n').map(wantPixels);
    return () => {
      for (const release of letGo) release();
    };
  }, [all]);
  // Changes when a picture of this row comes or goes, and with no other.
  const there = useSyncExternalStore(subscribePixels, () => names.map((name) => identity(getPixels(name))).join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: `there` says that the pictures are others.
  useEffect(() => {
    const keys = all.split('\n');
    const context = canvas.current?.getContext('2d', { alpha: true, willReadFrequently: true });
    if (!canvas.current || !context) return;
    const ratio = devicePixelRatio;
    canvas.current.width = Math.round((keys.length * (size + gap) - gap) * ratio);
    canvas.current.height = Math.round(size * ratio);
    context.imageSmoothingQuality = 'medium';
    keys.forEach((key, i) => {
      const bitmap = getPixels(key);
      if (bitmap) context.drawImage(bitmap, i * (size + gap) * ratio, 0, size * ratio, size * ratio);
    });
  }, [all, size, gap, there]);
  return <canvas ref={canvas} style={{ width: names.length * (size + gap) - gap, height: size }} />;
}

const identities = new WeakMap<ImageBitmap, number>();
let last = 0;

/** A number that tells bitmaps apart; 0 for none. */
function identity(bitmap: ImageBitmap | undefined): number {
  if (!bitmap) return 0;
  let id = identities.get(bitmap);
  if (id === undefined) {
    id = ++last;
    identities.set(bitmap, id);
  }
  return id;
}
