/** The files of this session, each with what became of it. */
import { RotateCw, Square, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { selectImage } from '../../store/actions';
import { cancel, remove, retry } from '../../store/analyse';
import { type ImageEntry, progressShare } from '../../store/images';
import { thumbKey } from '../../store/pixels';
import { useStore } from '../../store/store';
import { bytes, plural, stageText } from '../parts/format';

import { Pixels } from '../parts/Pixels';
import './images.css';

export function ImageList() {
  const images = useStore((state) => state.images);
  const selected = useStore((state) => state.selectedImage);
  return (
    <nav className="images" aria-label="Image files">
      <header>
        <h2>Images</h2>
        <span className="muted">{images.length}</span>
      </header>
      <ul aria-label="Images">
        {images.map((image) => (
          <ImageItem key={image.id} image={image} selected={image.id === selected} />
        ))}
      </ul>
    </nav>
  );
}

function outcome({ status, error, analysis, progress, size }: ImageEntry): string {
  switch (status) {
    case 'done':
      return analysis?.cells.length ? plural(analysis.cells.length, 'cell') : 'No white blood cell found';
    case 'failed':
      return error?.message ?? 'Failed';
    case 'working':
      return progress ? stageText(progress) : 'starting';
    case 'cancelled':
      return 'Cancelled';
    case 'waiting':
      return `Waiting · ${bytes(size)}`;
  }
}

function ImageItem({ image, selected }: { image: ImageEntry; selected: boolean }) {
  const { id, name, path, status } = image;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (selected) item.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const text = outcome(image);
  return (
    <li ref={item} aria-label={name} data-status={status} data-selected={selected || undefined}>
      <button
        type="button"
        className="plain"
        aria-current={selected || undefined}
        title={`${path}\n${text}`}
        onClick={() => selectImage(id)}
      >
        <Pixels name={thumbKey(id)} className="thumb" />
        <span className="about">
          <span className="name">{name}</span>
          <span className="outcome">{text}</span>
        </span>
      </button>
      <span className="does">
        {(status === 'working' || status === 'waiting') && (
          <button type="button" className="plain" aria-label={`Stop ${name}`} title="Stop" onClick={() => cancel(id)}>
            <Square size={13} aria-hidden="true" />
          </button>
        )}
        {(status === 'failed' || status === 'cancelled') && (
          <button
            type="button"
            className="plain"
            aria-label={`Try ${name} again`}
            title="Try again"
            onClick={() => void retry(id)}
          >
            <RotateCw size={13} aria-hidden="true" />
          </button>
        )}
        <button type="button" className="plain" aria-label={`Remove ${name}`} title="Remove" onClick={() => remove(id)}>
          <X size={14} aria-hidden="true" />
        </button>
      </span>
      {status === 'working' && (
        <progress max={1} value={progressShare(image.progress)} aria-label={`Progress of ${name}`} />
      )}
    </li>
  );
}
