/** Thumbnails of cells, grouped by type, the least certain first. */
import { memo, useMemo } from 'react';
import { TYPE_NAMES } from '../../domain/cellType';
import { selectCell } from '../../store/actions';
import { type CellOnImage, galleryGroups } from '../../store/cells';
import { cellKey } from '../../store/pixels';
import { useStore } from '../../store/store';
import { percent } from '../parts/format';
import { Pixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';

export function Gallery({ cells }: { cells: readonly CellOnImage[] }) {
  const groups = useMemo(() => galleryGroups(cells), [cells]);
  if (groups.length === 0) return <p className="muted nothing">No cells to show.</p>;
  return (
    <div className="gallery">
      {groups.map(({ type, cells: members }) => (
        <section key={type} aria-label={TYPE_NAMES[type]}>
          <h3>
            <TypeBadge type={type} size={16} />
            {TYPE_NAMES[type]} <span className="muted">{members.length}</span>
          </h3>
          <ul>
            {members.map(({ image, cell }) => (
              <li key={`${image.id}/${cell.id}`}>
                <Thumb imageId={image.id} name={image.name} id={cell.id} type={type} confidence={cell.confidence} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ThumbProps {
  imageId: string;
  name: string;
  id: number;
  type: keyof typeof TYPE_NAMES;
  confidence: number;
}

const Thumb = memo(function Thumb({ imageId, name, id, type, confidence }: ThumbProps) {
  const selected = useStore((state) => state.selectedImage === imageId && state.selectedCell === id);
  const text = `Cell ${id}, ${TYPE_NAMES[type]} ${percent(confidence)}`;
  return (
    <button
      type="button"
      aria-pressed={selected}
      aria-label={text}
      title={`${text}\n${name}`}
      onClick={() => selectCell(id, imageId)}
    >
      <Pixels name={cellKey(imageId, id)} />
      <small>{percent(confidence)}</small>
    </button>
  );
});
