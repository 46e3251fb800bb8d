/** Types the scale in, and says where it cannot be true: red cells are the ruler that every smear brings along. */
import { useEffect, useId, useRef, useState } from 'react';
import { SANE_UM_PER_PX } from '../../domain/scale';
import { setTool } from '../../store/actions';
import type { ImageEntry } from '../../store/images';
import { scaleOf, setScale } from '../../store/scale';
import { useStore } from '../../store/store';
import { useTypedScale } from './useTypedScale';

export default function ScaleForm({ image, onDone }: { image: ImageEntry; onDone(): void }) {
  const scale = useStore((state) => scaleOf(image, state.history.state));
  const [typed, setTyped] = useState(scale ? String(Number(scale.umPerPx.toPrecision(5))) : '');
  const field = useRef<HTMLInputElement>(null);
  const warned = useId();
  // The form is fetched when its panel is opened, which has taken the focus by then.
  useEffect(() => field.current?.select(), []);
  const own = useStore((state) => state.history.state.images[image.id]?.scale !== undefined);
  const [least, most] = SANE_UM_PER_PX;
  const { scale: meant, redCellUm, warning } = useTypedScale(image, typed, 1, 'typed');
  const apply = (images: readonly string[]) => {
    if (!meant) return;
    setScale(images, meant);
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
        <input
          inputMode="decimal"
          size={9}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          ref={field}
          aria-invalid={warning !== null && !meant}
          aria-describedby={warned}
        />
      </label>
      {redCellUm !== null && !warning && <p className="muted">Red cells would be {redCellUm.toFixed(1)} µm across.</p>}
      {warning && (
        <p className="review" role="alert" id={warned}>
          {warning}
        </p>
      )}
      <p>
        <button type="submit" className="primary" disabled={!meant} title="For this image">
          Set
        </button>
        <button type="button" disabled={!meant} onClick={all}>
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
