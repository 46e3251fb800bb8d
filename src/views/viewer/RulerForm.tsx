/** Asks how long the line one has drawn is, which makes the scale. */
import { useEffect, useRef, useState } from 'react';
import { scaleWarning } from '../../domain/measure/scale';
import { setTool } from '../../store/actions';
import { redCellPx, setScale } from '../../store/scale';
import { useStore } from '../../store/store';

interface Props {
  imageId: string;
  /** Length of the line, px of the image. */
  px: number;
  /** Its middle and lower end on screen. */
  at: { x: number; y: number };
}

export function RulerForm({ imageId, px, at }: Props) {
  const [um, setUm] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const length = Number(um.replace(',', '.'));
  const usable = Number.isFinite(length) && length > 0 && px > 1;
  const [redCell, setRedCell] = useState<number | null>(null);
  const image = useStore(({ images }) => images.find(({ id }) => id === imageId));
  useEffect(() => {
    if (image) void redCellPx(image).then(setRedCell);
  }, [image]);
  const warning = usable ? scaleWarning({ umPerPx: length / px, source: 'drawn' }, redCell) : null;
  const apply = (images: readonly string[]) => {
    if (!usable) return;
    setScale(images, { umPerPx: length / px, source: 'drawn' });
    setTool('look');
  };
  const all = () => useStore.getState().images.map(({ id }) => id);
  return (
    <form
      className="ruler"
      style={{ translate: `calc(${at.x}px - 50%) ${at.y + 12}px` }}
      onSubmit={(event) => {
        event.preventDefault();
        apply([imageId]);
      }}
    >
      <label>
        {px.toFixed(1)} px are
        <input inputMode="decimal" size={6} value={um} onChange={({ target }) => setUm(target.value)} ref={field} />
        µm
      </label>
      <button type="submit" disabled={!usable}>
        This image
      </button>
      <button type="button" disabled={!usable} onClick={() => apply(all())}>
        All images
      </button>
      {warning && (
        <p className="review" role="alert">
          {warning}
        </p>
      )}
    </form>
  );
}
