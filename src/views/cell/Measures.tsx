/** What was measured of the cell, in µm where the scale is known, else in px. */
import { useMemo } from 'react';
import { micrometres, squareMicrometres } from '../../domain/measure/scale';
import { measuresOf, type ReviewCell } from '../../domain/review/cells';
import type { ImageEntry } from '../../store/images';
import { scaleOf } from '../../store/scale';
import { useStore } from '../../store/store';
import { percent, pixels } from '../parts/format';
import { useColours } from './useColours';
import './measured.css';

export function Measures({ image, cell, blind }: { image: ImageEntry; cell: ReviewCell; blind: boolean }) {
  const measures = useMemo(() => measuresOf(cell), [cell]);
  const scale = useStore((state) => scaleOf(image, state.history.state));
  const colours = useColours(image, cell);
  if (!measures) return null;
  const { cell: whole, nucleus, nucleusToCytoplasm, lobes } = measures;
  const area = (px: number) => {
    const um = squareMicrometres(px, scale);
    return um === null ? `${pixels(px)} px` : `${um.toFixed(1)} µm²`;
  };
  const length = (px: number) => {
    const um = micrometres(px, scale);
    return um === null ? `${px.toFixed(1)} px` : `${um.toFixed(2)} µm`;
  };
  const none = '\u2013';
  const rows = [
    ['Cell area', area(whole.area), 'Cytoplasm and nucleus'],
    ['Nucleus area', nucleus ? area(nucleus.area) : none, 'Nucleus alone'],
    ['N:C area', nucleusToCytoplasm?.toFixed(2) ?? none, 'Area of the nucleus over area of the cytoplasm'],
    ['Diameter', length(whole.equivalentDiameter), 'Of the circle of the same area'],
    ['Circularity', whole.circularity.toFixed(2), '4π area over perimeter²: 1 for a circle'],
    ['Solidity', whole.solidity.toFixed(2), 'Area over area of the convex hull'],
    ['Lobes', nucleus ? String(lobes) : none, 'Parts of the nucleus that are apart or joined by a neck'],
    ...(blind
      ? []
      : [
          [
            'Consistency',
            Number.isFinite(cell.consistency) ? percent(cell.consistency) : none,
            'Agreement of the heatmap with the cell\u2019s mask and saliency',
          ] as const,
        ]),
  ] as const;
  return (
    <section className="measured" aria-label="Measures">
      <dl className="measures">
        {rows.map(([name, value, title]) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="below">
        {colours && (
          <span className="swatches" title="Mean colours">
            <Swatch name="nucleus" rgb={colours.nucleus} />
            <Swatch name="cytoplasm" rgb={colours.cytoplasm} />
          </span>
        )}
        <span className="scaled">
          {scale ? `at ${Number(scale.umPerPx.toPrecision(4))} µm a px, ${scale.source}` : 'in px: no scale'}
        </span>
      </p>
    </section>
  );
}

function Swatch({ name, rgb }: { name: string; rgb: readonly number[] | null }) {
  if (!rgb) return null;
  const color = `rgb(${rgb.map(Math.round).join(' ')})`;
  return (
    <span title={`Mean colour of the ${name}: ${color}`}>
      <i style={{ background: color }} />
      {name}
    </span>
  );
}
