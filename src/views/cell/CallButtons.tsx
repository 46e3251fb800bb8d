/** What the cell is called: a button a key, a list for the rest, and what else one can do with the cell. */
import { Check, Combine, Ellipsis, Scissors, Trash2 } from 'lucide-react';
import { CALL_TYPES, type CallType, keyOf, TYPE_NAMES } from '../../domain/cellType';
import { hoverCell, setPanel } from '../../store/actions';
import { callCells, confirmCells, deleteMeant, selectedOrChosen } from '../../store/decide';
import { mergeMeant, splitMeant } from '../../store/reshape';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';
import './calls.css';

/** In the order of the count, which the eye has learnt. */
const WITH_KEYS = CALL_TYPES.filter(keyOf);

export function CallButtons({ type, byPerson }: { type: CallType; byPerson: boolean }) {
  const chosen = useStore((state) => state.chosen.length);
  const blind = useStore((state) => state.reader === 'second');
  return (
    <section className="calls" aria-label="Type">
      <div className="keys">
        {WITH_KEYS.map((call) => (
          <button
            key={call}
            type="button"
            className="plain"
            aria-label={TYPE_NAMES[call]}
            aria-pressed={byPerson && call === type}
            data-suggested={(!byPerson && !blind && call === type) || undefined}
            title={`${TYPE_NAMES[call]} (${keyOf(call)})`}
            onClick={() => callCells(call, selectedOrChosen())}
          >
            <TypeBadge type={call} size={21} />
          </button>
        ))}
        <button
          type="button"
          className="plain"
          aria-label="More types"
          title="Band, blast, reactive lymphocyte and other types (T)"
          onClick={() => {
            // The palette is for what is meant as it opens; asked for from here, that is the panel's cell.
            hoverCell(null);
            setPanel('palette');
          }}
        >
          <Ellipsis size={17} aria-hidden="true" />
        </button>
      </div>
      {!blind && (
        <div className="acts">
          <button
            type="button"
            disabled={byPerson || type === 'unidentified'}
            title="Confirm the model's type and go on (Enter)"
            onClick={() => confirmCells(selectedOrChosen())}
          >
            <Check size={14} aria-hidden="true" />
            Confirm
          </button>
          <button
            type="button"
            disabled={chosen > 1}
            title="Split: this outline holds two cells (S)"
            onClick={() => splitMeant(selectedOrChosen())}
          >
            <Scissors size={14} aria-hidden="true" />
            Split
          </button>
          <button
            type="button"
            disabled={chosen < 2}
            title="Merge the chosen cells of one image into one (G); choose them with Ctrl and a click, or in the gallery with Ctrl+Space"
            onClick={() => mergeMeant(selectedOrChosen())}
          >
            <Combine size={14} aria-hidden="true" />
            Merge
          </button>
          <button
            type="button"
            aria-label="Delete the cell"
            title="Delete (Del)"
            onClick={() => deleteMeant(selectedOrChosen())}
          >
            <Trash2 size={14} aria-hidden="true" />
          </button>
        </div>
      )}
      {chosen > 1 && (
        <p className="chosen" role="status">
          {chosen} cells chosen: a type is given to all of them.
        </p>
      )}
    </section>
  );
}
