/** Probability of every type: a table whose middle column is a bar. A click on a type shows its heatmap. */
import type { DetectedCell } from '../../domain/cell';
import { CELL_TYPES, type CellType, TYPE_NAMES } from '../../domain/cellType';
import { TYPE_COLORS } from '../../domain/palette';
import { setHeatmapType } from '../../store/actions';
import { percent } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';

export function Probabilities({ cell, shown }: { cell: DetectedCell; shown: CellType }) {
  return (
    <table className="probabilities" aria-label="Probabilities">
      <thead className="hidden">
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Probability</th>
        </tr>
      </thead>
      <tbody>
        {CELL_TYPES.map((type, i) => {
          const probability = cell.probabilities[i] ?? 0;
          return (
            <tr key={type} data-best={type === cell.modelType || undefined} data-shown={type === shown || undefined}>
              <th scope="row">
                <button
                  type="button"
                  className="plain"
                  title={`Show the heatmap of ${TYPE_NAMES[type]}`}
                  onClick={() => setHeatmapType(type)}
                >
                  <TypeBadge type={type} size={16} />
                  {TYPE_NAMES[type]}
                </button>
              </th>
              <td>
                <span className="bar" aria-hidden="true">
                  <i style={{ width: `${100 * probability}%`, background: TYPE_COLORS[type] }} />
                </span>
                {percent(probability)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
