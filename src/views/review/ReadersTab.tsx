/** Two readers: starting a blind second reading, how far they agree, and where they do not. */
import { useMemo } from 'react';
import { TYPE_NAMES } from '../../domain/cellType';
import { plural } from '../../domain/plural';
import { aboutReadings, readingsOf } from '../../domain/review/agreement';
import { firstReaders } from '../../domain/review/readers';
import { kappaIntervalText } from '../../domain/statistics/kappa';
import { setPanel, showInField } from '../../store/actions';
import { setReader } from '../../store/decide';
import { shownName } from '../../store/names';
import { cellKey } from '../../store/pixels';
import { cellsOn } from '../../store/review';
import { useStore } from '../../store/store';
import { Pixels } from '../parts/Pixels';
import { TypeBadge } from '../parts/TypeBadge';

export function ReadersTab() {
  const images = useStore((state) => state.images);
  const review = useStore((state) => state.history.state);
  const reader = useStore((state) => state.reader);
  const who = useStore((state) => state.who.trim());
  const log = useStore((state) => state.history.log);
  const again = useMemo(() => firstReaders(log).includes(who), [log, who]);
  const all = useMemo(
    () => images.flatMap((image) => cellsOn(image, review).map((cell) => ({ image, cell }))),
    [images, review],
  );
  const readings = useMemo(() => readingsOf(all, log), [all, log]);
  const { read, both, n, agreed, kappa } = readings;
  const differ = both.filter(({ pair, placed: { cell } }) => pair.first !== pair.second && cell.type !== cell.second);
  if (reader === 'second') {
    return (
      <div className="count-tab">
        <p>
          The second reading is on: {read.length} of {plural(all.length, 'cell')} read. The first reader’s and the
          model’s types are hidden, and so is the agreement until the reading ends.
        </p>
        <p>
          <button
            type="button"
            className="primary"
            onClick={() => {
              setReader('first');
              // Where it was asked for by the count's key, the count would be next: how far the two agree is what one waits for.
              setPanel('readers');
            }}
          >
            End the second reading
          </button>
        </p>
      </div>
    );
  }
  return (
    <div className="count-tab">
      <p>
        The second reader types the cells without seeing the first reader’s types or the model’s. Type your own name
        above before you start: it goes into the log with each type.
      </p>
      {again && (
        <p className="caution">
          {who} gave types in the first reading: the agreement will be that of one reader with their own types of
          before, not of two readers.
        </p>
      )}
      <p>
        <button
          type="button"
          disabled={all.length === 0 || !who}
          title={who ? undefined : 'Type your own name above first'}
          onClick={() => {
            setReader('second');
            setPanel(null);
          }}
        >
          {read.length > 0 ? 'Go on with the second reading' : 'Start a second reading'}
        </button>
      </p>
      <p className="summary" role="status">
        {n === 0 ? (
          'No cell has been read twice.'
        ) : (
          <>
            <b>{n}</b> {n === 1 ? 'cell' : 'cells'} read twice, <b>{agreed}</b> alike ({((100 * agreed) / n).toFixed(1)}{' '}
            %). Cohen’s kappa{' '}
            {kappa === null ? (
              'has no value: both gave every cell one type'
            ) : (
              <>
                <b>{kappa.toFixed(3)}</b> ({kappaIntervalText(readings)})
              </>
            )}
            .
          </>
        )}
        {aboutReadings(readings).map((line) => ` ${line}`)}
      </p>
      {differ.length > 0 && (
        <>
          <h3>Where they differ</h3>
          <ul className="differ" aria-label="Disagreements">
            {differ.map(({ placed: { image, cell } }) => (
              <li key={`${image.id}/${cell.id}`}>
                <button
                  type="button"
                  title={`${shownName(images, image.id)}, cell ${cell.id}: show it in its field`}
                  onClick={() => {
                    setPanel(null);
                    showInField(cell.id, image.id);
                  }}
                >
                  <Pixels name={cellKey(image.id, cell.id)} />
                  <span>
                    <TypeBadge type={cell.type} size={16} /> {TYPE_NAMES[cell.type]}
                  </span>
                  <span>
                    <TypeBadge type={cell.second ?? 'unidentified'} size={16} />{' '}
                    {TYPE_NAMES[cell.second ?? 'unidentified']}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <p className="muted">
            Above the first reader’s type, below the second’s. What stands is the first’s: change it there to settle a
            case. The agreement stays that of the two readings.
          </p>
        </>
      )}
    </div>
  );
}
