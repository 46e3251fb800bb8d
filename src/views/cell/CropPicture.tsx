/** The cell's window of the image with its outline, and over it the heatmap of a type. */
import { Eye, EyeOff } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { type CellType, TYPE_NAMES } from '../../domain/cellType';
import { INFERNO_GRADIENT } from '../../domain/colormap';
import { TYPE_COLORS } from '../../domain/palette';
import type { ReviewCell } from '../../domain/review/cells';
import { setPreference } from '../../store/actions';
import type { HeatmapState } from '../../store/cells';
import type { ImageEntry } from '../../store/images';
import { pyramidFor } from '../../store/pictures';
import { cellKey, cropKey, fieldKey } from '../../store/pixels';
import { useStore } from '../../store/store';
import { usePixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';
import { cellPaths } from '../viewer/paths';
import { drawHeatmap } from './drawHeatmap';

interface Props {
  image: ImageEntry;
  cell: ReviewCell;
  /** Whose heatmap it is; null: none is shown. */
  type: CellType | null;
  state: HeatmapState | undefined;
  /** Raw value at the top of the colour scale; null: the map's own peak. */
  peak: number | null;
}

const SIDE = 480;

export function CropPicture({ image, cell, type, state, peak }: Props) {
  const field = usePixels(fieldKey(image.id));
  // A large image has no bitmap of the whole in full resolution.
  const large = field && pyramidFor(image.id) !== undefined;
  const window = usePixels(large ? cropKey(image.id, cell.id) : '');
  // Came with a session whose photograph did not.
  const small = usePixels(field ? '' : cellKey(image.id, cell.id));
  const opacity = useStore((view) => view.opacity);
  const alone = useStore((view) => view.cellAlone);
  const photo = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const heatmap = state && typeof state === 'object' && 'heatmap' in state ? state.heatmap : null;

  useLayoutEffect(() => {
    const context = photo.current?.getContext('2d');
    if (!context) return;
    const { crop } = cell;
    const scale = SIDE / (crop.x1 - crop.x0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, SIDE, SIDE);
    context.setTransform(scale, 0, 0, scale, -crop.x0 * scale, -crop.y0 * scale);
    context.imageSmoothingQuality = 'high';
    const side = crop.x1 - crop.x0;
    if (large && window) context.drawImage(window, crop.x0, crop.y0, side, side);
    else if (small && !field) context.drawImage(small, crop.x0, crop.y0, side, side);
    else if (field)
      context.drawImage(field, 0, 0, image.analysis?.width ?? field.width, image.analysis?.height ?? field.height);
  }, [field, large, window, small, cell, image.analysis]);

  useLayoutEffect(() => {
    const context = map.current?.getContext('2d');
    if (!context) return;
    const { crop } = cell;
    const scale = SIDE / (crop.x1 - crop.x0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, SIDE, SIDE);
    if (alone) return;
    if (heatmap) drawHeatmap(context, heatmap, crop, SIDE, opacity, peak);
    context.setTransform(scale, 0, 0, scale, -crop.x0 * scale, -crop.y0 * scale);
    const { cell: outline, nucleus } = cellPaths(cell);
    for (const [path, color, width] of [
      [nucleus, '#ffffff', 2],
      [outline, TYPE_COLORS[cell.type], 3],
    ] as const) {
      context.lineJoin = 'round';
      context.setLineDash([]);
      context.strokeStyle = 'rgb(10 12 16 / 55%)';
      context.lineWidth = (width + 3) / scale;
      context.stroke(path);
      context.setLineDash(cell.by === 'person' ? [] : [10 / scale, 6 / scale]);
      context.strokeStyle = color;
      context.lineWidth = width / scale;
      context.stroke(path);
    }
  }, [heatmap, cell, opacity, peak, alone]);

  return (
    <figure aria-busy={state === 'loading'}>
      <div className="picture">
        <canvas ref={photo} width={SIDE} height={SIDE} />
        <canvas
          ref={map}
          width={SIDE}
          height={SIDE}
          role="img"
          aria-label={
            alone
              ? `Cell ${cell.id}`
              : heatmap && type
                ? `Grad-CAM of ${TYPE_NAMES[type]}`
                : `Outline of cell ${cell.id}`
          }
        />
        <button
          type="button"
          className="alone"
          aria-pressed={alone}
          aria-label="The cell alone"
          title="The photograph alone, without heatmap and outline"
          onClick={() => setPreference({ cellAlone: !alone })}
        >
          {alone ? <EyeOff size={14} aria-hidden="true" /> : <Eye size={14} aria-hidden="true" />}
        </button>
      </div>
      <figcaption>
        {type && (
          <>
            <TypeBadge type={type} size={16} />
            {state && typeof state === 'object' && 'error' in state
              ? `${state.error.message} ${state.error.remedy}`
              : TYPE_NAMES[type]}
            {state === 'loading' && ' \u2026'}
          </>
        )}
      </figcaption>
    </figure>
  );
}

/** What the colours mean. */
export function Legend({ shared }: { shared: boolean }) {
  return (
    <div className="legend">
      <span>no evidence</span>
      <i style={{ background: INFERNO_GRADIENT }} />
      <span>{shared ? 'most of both' : 'most'}</span>
    </div>
  );
}
