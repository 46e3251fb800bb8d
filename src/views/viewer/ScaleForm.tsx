/** Types the scale in, and says where it cannot be true: red cells are the ruler that every smear brings along. */
import { useEffect, useState } from 'react';
import { scaleWarning } from '../../domain/measure/scale';
import { SANE_UM_PER_PX } from '../../domain/scale';
import { setTool } from '../../store/actions';
import type { ImageEntry } from '../../store/images';
import { redCellPx, scaleOf, setScale } from '../../store/scale';
import { useStore } from '../../store/store';

export default function ScaleForm({ image, onDone }: { image: ImageEntry; onDone(): void }) {
  const scale = useStore((state) => scaleOf(image, state.history.state));
  const [typed, setTyped] = useState(scale ? String(Number(scale.umPerPx.toPrecision(5))) : '');
  const [redCell, setRedCell] = useState<number | null>(null);
  useEffect(() => {
    void redCellPx(image).then(setRedCell);
  }, [image]);
  const own = useStore((state) => state.history.state.images[image.id]?.scale !== undefined);
  const [least, most] = SANE_UM_PER_PX;
  const value = Number(typed.replace(',', '.'));
  const usable = Number.isFinite(value) && value > 0;
  const warning = usable ? scaleWarning({ umPerPx: value, source: 'typed' }, redCell) : null;
  const apply = (images: readonly string[]) => {
    if (!usable) return;
    setScale(images, { umPerPx: value, source: 'typed' });
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
        Micrometres a pixel{' '}
        <input inputMode="decimal" size={9} value={typed} onChange={({ target }) => setTyped(target.value)} />
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
        <button type="submit" className="primary" disabled={!usable} title="For this image">
          Set
        </button>
        <button type="button" disabled={!usable} onClick={all}>
          Set for all images
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
      <p className="muted">
        {scale ? `Now ${Number(scale.umPerPx.toPrecision(4))}, from: ${scale.source}.` : 'The file does not say.'}{' '}
        Between {least} and {most}; at 100× with a 3.45 µm camera it is about 0.035.
      </p>
      {own && (
        <p>
          <button
            type="button"
            onClick={() => {
              setScale([image.id], null);
              onDone();
            }}
          >
            {image.scale ? `Back to the file’s (${image.scale.source})` : 'Not known'}
          </button>
        </p>
      )}
    </form>
  );
}
