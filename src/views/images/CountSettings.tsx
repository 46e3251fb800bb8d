/** What is in the count: cells that the border cuts, or whole ones only. */
import { SlidersHorizontal } from 'lucide-react';
import { setCountBorder } from '../../store/actions';
import { cellsOn } from '../../store/review';
import { useStore } from '../../store/store';
import { Popover } from '../parts/Popover';

export function CountSettings() {
  return (
    <Popover
      className="plain"
      label="What is counted"
      title="What is counted"
      button={<SlidersHorizontal size={14} aria-label="What is counted" />}
    >
      {() => <Border />}
    </Popover>
  );
}

/** Looks through every cell of the session, so only while it is open. */
function Border() {
  const countBorder = useStore((state) => state.countBorder);
  const cut = useStore((state) =>
    state.images.reduce(
      (sum, image) => sum + cellsOn(image, state.history.state).filter(({ touchesBorder }) => touchesBorder).length,
      0,
    ),
  );
  return (
    <div className="counted">
      <label>
        <input type="checkbox" checked={!countBorder} onChange={({ target }) => setCountBorder(!target.checked)} />
        Leave out cells cut by the image’s border
      </label>
      <p className="muted">
        {cut === 0 ? 'No cell is cut by a border. ' : `${cut} ${cut === 1 ? 'cell is' : 'cells are'} cut by a border. `}
        Neighbouring fields that overlap show such a cell twice. They stay in the list and in the picture.
      </p>
    </div>
  );
}
