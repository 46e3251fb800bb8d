/** The buttons for zooming. */
import { Maximize, Minus, Plus } from 'lucide-react';

interface Props {
  /** Screen px per image px. */
  scale: number;
  zoomBy(factor: number): void;
  showAll(): void;
}

export function ZoomBar({ scale, zoomBy, showAll }: Props) {
  return (
    <fieldset className="zoom">
      <legend className="hidden">Zoom</legend>
      <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => zoomBy(1 / 1.3)}>
        <Minus size={15} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Whole image" title="Whole image (0)" onClick={showAll}>
        <Maximize size={14} aria-hidden="true" />
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(1.3)}>
        <Plus size={15} aria-hidden="true" />
      </button>
      <span>{Math.round(100 * scale)} %</span>
    </fieldset>
  );
}
