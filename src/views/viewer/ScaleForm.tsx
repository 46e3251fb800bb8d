/** Types the scale in, and says where it cannot be true: red cells are the ruler that every smear brings along. */
import { useEffect, useState } from 'react';
import { scaleWarning } from '../../domain/measure/scale';
import { setTool } from '../../store/actions';
import { setScale } from '../../store/decide';
import type { ImageEntry } from '../../store/images';
import { redCellPx, scaleOf } from '../../store/scale';
import { useStore } from '../../store/store';

export default function ScaleForm({ image, onDone }: { image: ImageEntry; onDone(): void }) {
  const scale = useStore((state) => scaleOf(image, state.history.state));
  const [typed, setTyped] = useState(scale ? String(Number(scale.umPerPx.toPrecision(5))) : '');
  const [redCell, setRedCell] = useState<number | null>(null);
  useEffect(() => {
    void redCellPx(image).then(setRedCell);
  }, [image]);
  const value = Number(typed.replace(',', '.'));
  const usable = Number.isFinite(value) && value > 0;
  const warning = usable ? scaleWarning({ umPerPx: value, source: 'typed' }, redCell) : null;
  const apply = (images: readonly string[]) => {
    setScale(images, usable ? { umPerPx: value, source: 'typed' } : null);
    onDone();
  };
  const all = () => apply(useStore.getState().images.map(({ id }) => id));
  return (
    <form
      className="scale"
      onSubmit={(event) => {
        event.preventDefault();
        apply([image.id]);
      }}
    >
      <label>
        µm a px <input inputMode="decimal" size={9} value={typed} onChange={({ target }) => setTyped(target.value)} />
      </label>
      {redCell !== null && usable && !warning && (
        <p className="muted">Red cells would be {(redCell * value).toFixed(1)} µm across.</p>
      )}
      {warning && (
        <p className="review" role="alert">
          {warning}
        </p>
      )}
      <p>
        <button type="submit">{usable || typed.trim() === '' ? 'This image' : 'Not a number'}</button>
        <button type="button" disabled={!usable && typed.trim() !== ''} onClick={all}>
          All images
        </button>
        <button
          type="button"
          onClick={() => {
            setTool('ruler');
            onDone();
          }}
        >
          Draw a line
        </button>
      </p>
      {scale && <p className="muted">Now {scale.source}. An empty field takes the scale away.</p>}
    </form>
  );
}
