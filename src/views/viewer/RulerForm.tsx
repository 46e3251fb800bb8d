/** Says how long the line one has drawn is, where the scale is known, and asks for its length, which makes the scale. */
import { useEffect, useId, useRef, useState } from 'react';
import { setTool } from '../../store/actions';
import { scaleOf, setScale } from '../../store/scale';
import { useStore } from '../../store/store';
import { useTypedScale } from './useTypedScale';

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
  const warned = useId();
  const image = useStore(({ images }) => images.find(({ id }) => id === imageId));
  const review = useStore((state) => state.history.state);
  const known = image ? scaleOf(image, review) : null;
  const { scale, warning } = useTypedScale(image, um, px, 'drawn');
  const apply = (images: readonly string[]) => {
    if (!scale) return;
    setScale(images, scale);
    setTool('look');
  };
  const all = () => useStore.getState().images.map(({ id }) => id);
  return (
    <form
      className="ruler"
      style={{ translate: `calc(${at.x}px - 50%) ${at.y + 12}px` }}
      // Its field has the keys.
      onKeyDown={({ key }) => key === 'Escape' && setTool('look')}
      onSubmit={(event) => {
        event.preventDefault();
        apply([imageId]);
      }}
    >
      <label>
        {px.toFixed(1)} px{known && `, ${(px * known.umPerPx).toFixed(2)} µm at the scale set,`} are
        <input
          inputMode="decimal"
          size={6}
          value={um}
          onChange={({ target }) => setUm(target.value)}
          ref={field}
          aria-invalid={warning !== null && !scale}
          aria-describedby={warned}
        />
        µm
      </label>
      <button type="submit" disabled={!scale}>
        This image
      </button>
      <button type="button" disabled={!scale} onClick={() => apply(all())}>
        All images
      </button>
      <button type="button" onClick={() => setTool('look')}>
        Close
      </button>
      {warning && (
        <p className="review" role="alert" id={warned}>
          {warning}
        </p>
      )}
    </form>
  );
}
