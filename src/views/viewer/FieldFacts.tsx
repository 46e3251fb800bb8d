/** What is known of the field as a picture: its size, the physical size of a px with its source, the page of a stack, its colours. */
import { TriangleAlert } from 'lucide-react';
import type { ImageEntry } from '../../store/images';
import { choosePage } from '../../store/listed';
import { scaleOf } from '../../store/scale';
import { useStore } from '../../store/store';
import { later } from '../parts/Boundary';
import { pixels } from '../parts/format';
import { Popover } from '../parts/Popover';

const ScaleForm = later(() => import('./ScaleForm'));

export function FieldFacts({ image }: { image: ImageEntry }) {
  const { id, width, height, pages, page, profile, colourless } = image;
  const scale = useStore((state) => scaleOf(image, state.history.state));
  if (width === 0) return null;
  return (
    <div className="facts">
      {pages > 1 && (
        <label>
          Page{' '}
          <select
            value={page ?? 0}
            onChange={({ target }) => void choosePage(id, Number(target.value), (question) => confirm(question))}
          >
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
      {profile !== null && (
        <Popover
          className="plain"
          label="Colour profile"
          title={`The colours are of ${profile}, and shown as if they were sRGB.`}
          button={
            <>
              <TriangleAlert size={13} aria-hidden="true" /> Colours not sRGB
            </>
          }
        >
          {() => (
            <p className="profile">
              The colours of this file are of the profile <bdi>{profile}</bdi>, which is not applied: they are shown,
              and cells are typed, as if they were sRGB. To have them as they are, convert the file to sRGB and open it
              again.
            </p>
          )}
        </Popover>
      )}
      {colourless && (
        <Popover
          className="plain"
          label="No colours"
          title="This photograph is greyscale: do not trust the types."
          button={
            <>
              <TriangleAlert size={13} aria-hidden="true" /> No colours
            </>
          }
        >
          {() => (
            <p className="profile">
              This photograph is greyscale. The model tells types by colours and was never shown such a picture: cells
              may be missed, and types are not to be trusted however sure they seem. Open the photograph in colour.
            </p>
          )}
        </Popover>
      )}
    </div>
  );
}

const format = (umPerPx: number) => String(Number(umPerPx.toPrecision(4)));
