/** Annotations of others against the model: confusion matrix, Dice, what was missed; and taking them over. */
import { TYPE_LETTERS, TYPE_NAMES } from '../../domain/cellType';
import { plural } from '../../domain/plural';
import { SAME_IOU } from '../../domain/review/compare';
import { isTaken, takeAnnotations } from '../../store/annotations';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';

/** Images that are named; of more their number is said. */
const NAMED = 5;

export function CompareTab() {
  const comparison = useStore((state) => state.comparison);
  const taken = useStore(isTaken);
  const images = useStore((state) => state.images);
  if (!comparison) {
    return (
      <div className="count-tab">
        <p>
          Drop COCO instances or GeoJSON polygons of the images listed here, or open them (O): they are taken as what
          people say, and compared with the model.
        </p>
      </div>
    );
  }
  const { name, result, leftOut } = comparison;
  const compared = images.filter(({ id }) => comparison.images.some(({ imageId }) => imageId === id));
  const { matches, missed, extra, confusion, agreed, meanDice } = result;
  return (
    <div className="count-tab">
      <h3>{name}</h3>
      <p>
        Taken for annotations of{' '}
        <b>
          {compared
            .slice(0, NAMED)
            .map(({ path }) => path)
            .join(', ') || 'an image that is no longer open'}
        </b>
        {compared.length > NAMED && ` and ${plural(compared.length - NAMED, 'other image')}`}.
      </p>
      <p className="summary" role="status">
        <b>{matches.length}</b> of {plural(matches.length + missed.length, 'annotation')} found by the model (overlap
        from {SAME_IOU} on), {missed.length} missed, {plural(extra.length, 'cell')} not annotated.{' '}
        {matches.length > 0 && (
          <>
            Types agree in <b>{agreed}</b> ({((100 * agreed) / matches.length).toFixed(1)} %).{' '}
          </>
        )}
        {meanDice === null ? 'No outline to compare.' : <>Mean Dice of the outlines {meanDice.toFixed(3)}.</>}
      </p>
      <p className="muted">
        Compared with the model’s own cells and outlines; what people added, deleted or changed does not count here.
      </p>
      {confusion.types.length > 0 && (
        <table className="confusion" aria-label="Confusion matrix">
          <thead>
            <tr>
              <th scope="col">annotated \ model</th>
              {confusion.types.map((type) => (
                <th key={type} scope="col" title={TYPE_NAMES[type]} aria-label={TYPE_NAMES[type]}>
                  {TYPE_LETTERS[type]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.types.map((type, row) => (
              <tr key={type}>
                <th scope="row">
                  <span className="typed">
                    <TypeBadge type={type} size={16} /> {TYPE_NAMES[type]}
                  </span>
                </th>
                {confusion.types.map((column, k) => (
                  <td key={column} data-same={row === k || undefined}>
                    {confusion.counts[row]?.[k] || ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {leftOut.length > 0 && (
        <details>
          <summary>{plural(leftOut.length, 'note')} on what was left out</summary>
          <ul>
            {leftOut.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
      <p>
        <button type="button" disabled={taken} onClick={takeAnnotations}>
          {taken ? 'Taken over' : 'Take the annotations over as decisions'}
        </button>{' '}
        <span className="muted">Types, drawn outlines and missed cells; one step, which undo takes back.</span>
      </p>
    </div>
  );
}
