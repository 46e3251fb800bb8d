/** Below the viewer, or in its place: the cells as pictures and as a table. */
import { Maximize2, Minimize2 } from 'lucide-react';
import { useMemo } from 'react';
import { plural } from '../../domain/plural';
import { isUnplaced } from '../../domain/review/cells';
import { setGalleryScope, toggleFilter, toggleGallery } from '../../store/actions';
import { cellsOf, passes } from '../../store/cells';
import { within } from '../../store/gallery';
import { useStore } from '../../store/store';
import { useAnalysed } from '../parts/useAnalysed';
import { CellsTable } from './CellsTable';
import { Gallery } from './Gallery';
import { GalleryBar } from './GalleryBar';
import './tray.css';

export function Tray() {
  const images = useAnalysed();
  const selected = useStore((state) => state.selectedImage);
  const scope = useStore((state) => state.galleryScope);
  const filter = useStore((state) => state.typeFilter);
  const limits = useStore((state) => state.limits);
  const history = useStore((state) => state.history);
  const reader = useStore((state) => state.reader);
  const large = useStore((state) => state.galleryLarge);
  const all = useMemo(() => {
    const shown = scope === 'all' ? images : images.filter(({ id }) => id === selected);
    return cellsOf(shown, { history, reader });
  }, [images, selected, scope, history, reader]);
  const shown = useMemo(
    () => all.filter(({ cell }) => passes(filter, cell) && within(limits, cell)),
    [all, filter, limits],
  );
  const unplaced = all.filter(({ cell }) => isUnplaced(cell)).length;
  const image = images.find(({ id }) => id === selected);
  return (
    <div className="tray">
      <section aria-label="Gallery">
        <header>
          <h2 className="wide">Gallery</h2>
          <span className="muted number">
            {shown.length === all.length ? (
              plural(all.length, 'cell')
            ) : (
              <>
                {shown.length} of {all.length}
                <span className="wide"> {all.length === 1 ? 'cell' : 'cells'}</span>
              </>
            )}
          </span>
          <GalleryBar />
          <span className="switch">
            <button
              type="button"
              title="Cells of this image"
              aria-pressed={scope === 'image'}
              onClick={() => setGalleryScope('image')}
            >
              Image
            </button>
            <button
              type="button"
              title="Cells of all images"
              aria-pressed={scope === 'all'}
              onClick={() => setGalleryScope('all')}
            >
              All
            </button>
          </span>
          <button
            type="button"
            className="plain"
            aria-label={large ? 'Back to the field' : 'Large gallery'}
            title={large ? 'Back to the field (F)' : 'Gallery in place of the field (F)'}
            onClick={toggleGallery}
          >
            {large ? <Minimize2 size={14} aria-hidden="true" /> : <Maximize2 size={14} aria-hidden="true" />}
          </button>
        </header>
        {unplaced > 0 && reader === 'first' && (
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
      {!large && (
        <section aria-label="Table of cells">
          <CellsTable image={image} filter={filter} />
        </section>
      )}
    </div>
  );
}
