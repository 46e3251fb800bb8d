/** Below the viewer: the cells as pictures and as a table. */
import { useMemo } from 'react';
import { setGalleryScope, toggleFilter } from '../../store/actions';
import { cellsOf, passes } from '../../store/cells';
import { useStore } from '../../store/store';
import { plural } from '../parts/format';
import { CellsTable } from './CellsTable';
import { Gallery } from './Gallery';
import './tray.css';

export function Tray() {
  const images = useStore((state) => state.images);
  const selected = useStore((state) => state.selectedImage);
  const scope = useStore((state) => state.galleryScope);
  const filter = useStore((state) => state.typeFilter);
  const own = useMemo(() => cellsOf(images.filter(({ id }) => id === selected)), [images, selected]);
  const all = useMemo(() => (scope === 'all' ? cellsOf(images) : own), [images, scope, own]);
  const shown = useMemo(() => all.filter(({ cell }) => passes(filter, cell)), [all, filter]);
  const unplaced = all.filter(({ cell }) => cell.type === 'unidentified').length;
  const image = images.find(({ id }) => id === selected);
  return (
    <div className="tray">
      <section aria-label="Gallery">
        <header>
          <h2>Gallery</h2>
          <span className="muted">{plural(shown.length, 'cell')}, least certain first</span>
          <span className="switch">
            <button type="button" aria-pressed={scope === 'image'} onClick={() => setGalleryScope('image')}>
              This image
            </button>
            <button type="button" aria-pressed={scope === 'all'} onClick={() => setGalleryScope('all')}>
              All
            </button>
          </span>
        </header>
        {unplaced > 0 && (
          <button
            type="button"
            className="plain review"
            aria-pressed={filter === 'unidentified'}
            onClick={() => toggleFilter('unidentified')}
          >
            Review suggested: {plural(unplaced, 'cell')} the model could not place
          </button>
        )}
        <Gallery cells={shown} />
      </section>
      <section aria-label="Table of cells">
        <CellsTable image={image} filter={filter} />
      </section>
    </div>
  );
}
