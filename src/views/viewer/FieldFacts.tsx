/** What is known of the field as a picture: its size, the physical size of a px with its source, the page of a stack. */
import { useId, useState } from 'react';
import { SANE_UM_PER_PX } from '../../domain/scale';
import { choosePage, setScale } from '../../store/analyse';
import type { ImageEntry } from '../../store/images';
import { pixels } from '../parts/format';
import { Popover } from '../parts/Popover';

export function FieldFacts({ image }: { image: ImageEntry }) {
  const { id, width, height, pages, page, scale } = image;
  if (width === 0) return null;
  return (
    <div className="facts">
      {pages > 1 && (
        <label>
          Page{' '}
          <select value={page ?? 0} onChange={({ target }) => void choosePage(id, Number(target.value))}>
            {Array.from({ length: pages }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
              <option key={i} value={i}>
                {i + 1} of {pages}
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="muted">
        {pixels(width)} × {pixels(height)} px
      </span>
      <Popover
        className="plain"
        label="Size of a pixel"
        title={scale ? `From: ${scale.source}. Click to change it.` : 'The file does not say how large a pixel is.'}
        button={
          scale ? (
            <>
              {format(scale.umPerPx)} µm/px <small className="muted">{scale.source}</small>
            </>
          ) : (
            'Scale not known'
          )
        }
      >
        {(close) => <ScaleForm image={image} close={close} />}
      </Popover>
    </div>
  );
}

const format = (umPerPx: number) => String(Number(umPerPx.toPrecision(4)));

function ScaleForm({ image: { id, scale }, close }: { image: ImageEntry; close(): void }) {
  const [text, setText] = useState(scale ? format(scale.umPerPx) : '');
  const field = useId();
  const value = Number(text.replace(',', '.'));
  const [least, most] = SANE_UM_PER_PX;
  const valid = text.trim() !== '' && value >= least && value <= most;
  return (
    <form
      className="scale"
      onSubmit={(event) => {
        event.preventDefault();
        if (!valid) return;
        setScale(id, { umPerPx: value, source: 'typed' });
        close();
      }}
    >
      <label htmlFor={field}>Micrometres a pixel</label>
      <input
        id={field}
        inputMode="decimal"
        value={text}
        aria-invalid={text !== '' && !valid}
        onChange={({ target }) => setText(target.value)}
      />
      <p className="muted">
        {scale ? `Now ${format(scale.umPerPx)}, from: ${scale.source}. ` : 'The file does not say. '}
        Between {least} and {most}; at 100× with a 3.45 µm camera it is about 0.035.
      </p>
      <span>
        <button type="submit" className="primary" disabled={!valid}>
          Set
        </button>
        <button
          type="button"
          disabled={!scale}
          onClick={() => {
            setScale(id, null);
            close();
          }}
        >
          Not known
        </button>
      </span>
    </form>
  );
}
