/** The cell's morphology in words, each with its probability; where the words speak against the type or what was measured, it says so. */
import { useMemo } from 'react';
import {
  type Attribute,
  attributeName,
  attributeValue,
  contradicts,
  measuredOtherwise,
  SURE,
} from '../../domain/attribute';
import type { DetectedCell } from '../../domain/cell';
import { TYPE_NAMES } from '../../domain/cellType';
import { cellMeasures } from '../../domain/measure/cellMeasures';
import { percent } from '../parts/format';
import './words.css';

export function Words({ cell }: { cell: DetectedCell }) {
  const measures = useMemo(() => cellMeasures(cell.mask), [cell.mask]);
  const otherwise = (word: Attribute) => measures && measuredOtherwise(word, measures);
  // What was measured otherwise is no word against the type.
  const against = cell.attributes.filter((word) => contradicts(word) && !otherwise(word));
  return (
    <section className="words" aria-label="Morphology in words">
      <h3>Morphology</h3>
      {against.length > 0 && (
        <p className="review">
          Review suggested: {against.map(phrase).join(', ')} {against.length > 1 ? 'are' : 'is'} rare in the training
          cells called {TYPE_NAMES[cell.modelType].toLowerCase()}.
        </p>
      )}
      <dl>
        {cell.attributes.map((word) => (
          <div
            key={word.name}
            data-unsure={word.probability < SURE || otherwise(word) !== null || undefined}
            data-against={against.includes(word) || undefined}
            title={
              word.share === null
                ? undefined
                : `${percent(word.share)} of the training cells called ${TYPE_NAMES[cell.modelType].toLowerCase()} have this`
            }
          >
            <dt>{attributeName(word.name)}</dt>
            <dd>
              {attributeValue(word.value)} <small>{percent(word.probability)}</small>
              {otherwise(word) && <small className="otherwise">measured: {otherwise(word)}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const phrase = ({ name, value }: Attribute) =>
  `${attributeName(name).toLowerCase()} \u2018${attributeValue(value)}\u2019`;
