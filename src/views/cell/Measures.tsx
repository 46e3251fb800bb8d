/** What was measured of the cell. */
import type { DetectedCell } from '../../domain/cell';
import { nucleusToCytoplasm } from '../../store/cells';
import { percent, pixels } from '../parts/format';

export function Measures({ cell }: { cell: DetectedCell }) {
  const { areas, consistency } = cell;
  const ratio = nucleusToCytoplasm(cell);
  const rows = [
    ['Cell area', `${pixels(areas.cell)} px`, 'Cytoplasm and nucleus'],
    ['Nucleus area', `${pixels(areas.nucleus)} px`, 'Nucleus alone'],
    ['N:C area', ratio === null ? '\u2013' : ratio.toFixed(2), 'Area of the nucleus over area of the cytoplasm'],
    ['Consistency', percent(consistency), 'Agreement of the heatmap with the cell\u2019s mask and saliency'],
  ] as const;
  return (
    <dl className="measures">
      {rows.map(([name, value, title]) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
