/** Over field and table while one type alone is shown: what is left out, and the way back. */
import { TYPE_NAMES } from '../domain/cellType';
import { plural } from '../domain/plural';
import { showAllTypes } from '../store/actions';
import { passes } from '../store/cells';
import { cellsSeen } from '../store/review';
import { useStore } from '../store/store';
import { TypeBadge } from './parts/TypeBadge';

export function FilterStrip() {
  const type = useStore((state) => state.typeFilter);
  const image = useStore((state) => state.images.find(({ id }) => id === state.selectedImage));
  const cells = useStore((state) => cellsSeen(image, state));
  // The large gallery may be of all images, and has its own number.
  const large = useStore((state) => state.galleryLarge);
  if (type === null) return null;
  const shown = cells.filter((cell) => passes(type, cell)).length;
  return (
    <p className="filter-strip" role="status">
      <span>Only </span>
      <TypeBadge type={type} size={16} />
      <span>
        {TYPE_NAMES[type]} is shown{!large && cells.length > 0 && `: ${shown} of ${plural(cells.length, 'cell')}`}
      </span>
      <button type="button" onClick={showAllTypes}>
        Show all
      </button>
    </p>
  );
}
