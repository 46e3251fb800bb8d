/** What is known of the field as a picture: its size, the physical size of a px with its source, the page of a stack. */
import { choosePage } from '../../store/analyse';
import type { ImageEntry } from '../../store/images';
import { scaleOf } from '../../store/scale';
import { useStore } from '../../store/store';
import { later } from '../parts/Boundary';
import { pixels } from '../parts/format';
import { Popover } from '../parts/Popover';

const ScaleForm = later(() => import('./ScaleForm'));

export function FieldFacts({ image }: { image: ImageEntry }) {
  const { id, width, height, pages, page } = image;
  const scale = useStore((state) => scaleOf(image, state.history.state));
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
        {(close) => <ScaleForm image={image} onDone={close} />}
      </Popover>
    </div>
  );
}

const format = (umPerPx: number) => String(Number(umPerPx.toPrecision(4)));
