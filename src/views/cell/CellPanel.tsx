/** The selected cell: what it is called and by whom, picture, heatmaps, probabilities, measures. */
import { useEffect } from 'react';
import { CELL_TYPES, type CellType, TYPE_NAMES } from '../../domain/cellType';
import { isUnplaced, isUnseen, type ReviewCell } from '../../domain/review/cells';
import { setCompareType, setHeatmapType } from '../../store/actions';
import { type HeatmapState, heatmapKey } from '../../store/cells';
import { explain } from '../../store/explain';
import type { ImageEntry } from '../../store/images';
import { cellsSeen } from '../../store/review';
import { useStore } from '../../store/store';
import { percent } from '../parts/format';
import { TypeBadge } from '../parts/TypeBadge';
import { CallButtons } from './CallButtons';
import { CropPicture, Legend } from './CropPicture';
import { Measures } from './Measures';
import { Probabilities } from './Probabilities';
import { Words } from './Words';
import './cell.css';

export function CellPanel() {
  const image = useStore((state) => state.images.find(({ id }) => id === state.selectedImage));
  const selected = useStore((state) => state.selectedCell);
  const cell = useStore((state) => cellsSeen(image, state)).find(({ id }) => id === selected);
  const blind = useStore((state) => state.reader === 'second');
  return (
    <aside className="cell" aria-label="Selected cell">
      {image && cell ? (
        blind ? (
          <BlindCell image={image} cell={cell} />
        ) : (
          <OneCell image={image} cell={cell} />
        )
      ) : (
        <p className="muted none">
          Select a cell to see its picture, the evidence for its type and its measures: click it in the image, or walk
          the cells with the arrow keys.
        </p>
      )}
    </aside>
  );
}

/** Before the second reader: the cell and nothing that anybody said of it. */
function BlindCell({ image, cell }: { image: ImageEntry; cell: ReviewCell }) {
  return (
    <>
      <header>
        <TypeBadge type={cell.type} size={34} />
        <div>
          <h2>Cell {cell.id}, second reading</h2>
          <strong>{cell.second ? TYPE_NAMES[cell.second] : 'Not read yet'}</strong>
        </div>
      </header>
      <CallButtons type={cell.type} byPerson={cell.second !== null} />
      <div className="pictures">
        <CropPicture image={image} cell={cell} type={null} state={undefined} peak={null} />
      </div>
      <Measures image={image} cell={cell} blind />
    </>
  );
}

const BY_HAND: Record<ReviewCell['origin'], string> = {
  model: 'Of an older export: ',
  added: 'Outlined by hand: ',
  split: 'Split by hand: ',
  merge: 'Merged by hand: ',
  imported: 'Imported: ',
};

/** Whose type it is. */
function provenance(cell: ReviewCell): string {
  const { by, type, modelCall, origin } = cell;
  if (isUnseen(cell)) return `${BY_HAND[origin]}the model did not look at this cell`;
  if (by === 'model') return origin === 'model' ? 'The model\u2019s suggestion' : 'Not reviewed';
  return modelCall === type ? 'Confirmed' : `The model said ${TYPE_NAMES[modelCall].toLowerCase()}`;
}

function OneCell({ image, cell }: { image: ImageEntry; cell: ReviewCell }) {
  const asked = useStore((state) => state.heatmapType) ?? cell.modelType;
  const compared = useStore((state) => state.compareType);
  // Of a cell that the model never looked at there is nothing to show but the cell.
  const unseen = isUnseen(cell);
  const [type, compare] = unseen ? [null, null] : [asked, compared];
  const first = useHeatmap(image.id, cell.id, type);
  const second = useHeatmap(image.id, cell.id, compare);
  // Two maps side by side share a scale, or the weaker would look as strong as the other.
  const peaks = [first, second].map((state) =>
    state && typeof state === 'object' && 'heatmap' in state ? state.heatmap.peak : 0,
  );
  const peak = compare ? Math.max(...peaks) : null;
  return (
    <>
      <header>
        <TypeBadge type={cell.type} size={34} />
        <div>
          <h2>Cell {cell.id}</h2>
          <strong>{TYPE_NAMES[cell.type]}</strong>
          <small className="muted by" data-by={cell.by} title={provenance(cell)}>
            {provenance(cell)}
          </small>
        </div>
        {!unseen && (
          <dl>
            {/* Named: beside a person's type, or none, it would be read as the probability of that. */}
            <dt title="The model’s most probable type, and its probability">
              Model: {TYPE_NAMES[cell.modelType].toLowerCase()}
            </dt>
            <dd>{percent(cell.confidence)}</dd>
          </dl>
        )}
      </header>
      <CallButtons type={cell.type} byPerson={cell.by === 'person'} />
      {isUnplaced(cell) && (
        <p className="review">
          Review suggested:{' '}
          {cell.novelty > 1
            ? 'this cell is unlike those the model was trained on.'
            : 'the model could not place this cell.'}{' '}
          Nearest: {TYPE_NAMES[cell.modelType]}.
        </p>
      )}
      <div className="pictures">
        <CropPicture image={image} cell={cell} type={type} state={first} peak={peak} />
        {compare && <CropPicture image={image} cell={cell} type={compare} state={second} peak={peak} />}
      </div>
      {type && (
        <>
          <div className="choose">
            <TypeSelect label="Heatmap type" value={type} onChange={setHeatmapType} />
            <TypeSelect
              label="Compare with"
              title="Why this, and not that: two heatmaps on one colour scale"
              value={compare}
              none="nothing"
              not={type}
              onChange={setCompareType}
            />
            <Legend shared={compare !== null} />
          </div>
          <Probabilities cell={cell} shown={type} />
        </>
      )}
      <Measures image={image} cell={cell} blind={false} />
      {cell.attributes.length > 0 && <Words cell={cell} />}
    </>
  );
}

/** The heatmap of a cell for a type, asked for when it is first looked at. */
function useHeatmap(imageId: string, cellId: number, type: CellType | null): HeatmapState | undefined {
  useEffect(() => {
    if (type) void explain(imageId, cellId, type);
  }, [imageId, cellId, type]);
  return useStore((state) => (type ? state.heatmaps[heatmapKey(imageId, cellId, type)] : undefined));
}

interface SelectProps<Value> {
  label: string;
  title?: string;
  value: Value;
  onChange(value: Value): void;
  /** Offered as the way to choose none. */
  none?: string;
  not?: CellType;
}

function TypeSelect<Value extends CellType | null>({ label, title, value, onChange, none, not }: SelectProps<Value>) {
  return (
    <label title={title}>
      <span>{label}</span>
      <select value={value ?? ''} onChange={({ target }) => onChange((target.value || null) as Value)}>
        {none && <option value="">{none}</option>}
        {CELL_TYPES.filter((type) => type !== not).map((type) => (
          <option key={type} value={type}>
            {TYPE_NAMES[type]}
          </option>
        ))}
      </select>
    </label>
  );
}
