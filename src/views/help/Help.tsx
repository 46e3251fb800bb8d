/** The list of shortcuts, as a dialog; loaded when first asked for. */
import { CALL_TYPES, keyOf, TYPE_NAMES } from '../../domain/cellType';
import { setHelpOpen, setShortcuts } from '../../store/actions';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';
import { useModal } from '../parts/useModal';
import './help.css';

const SHORTCUTS: [string[], string][] = [
  [['←', '→', '↑', '↓'], 'Walk the cells of the image'],
  [['A', 'D'], 'Image before, image after'],
  [['1', '2', '3', '4', '5'], 'Original, saliency, masks, Grad-CAM, outlines'],
  [['+', '-', '0'], 'Zoom in, zoom out, whole image'],
  [['Shift', '←', '→', '↑', '↓'], 'Pan the image; in the table of cells, sideways'],
  [['O'], 'Open images, or a saved session'],
  [['Enter'], 'Confirm the model\u2019s type, go on to the next cell not reviewed'],
  [['T'], 'All types and commands'],
  [['Ctrl', 'Space'], 'In the gallery: choose one more cell, or let go of it'],
  [['Ctrl', 'A'], 'In the gallery: choose all; Shift and a click, a range'],
  [['S', 'G', 'Del'], 'Split, merge the chosen, delete'],
  [['Ctrl', 'Z'], 'Undo; with Shift redo'],
  [['K', 'J', 'H'], 'Brush, nucleus brush, eraser'],
  [['C', 'W', 'V'], 'Add a missed cell, ruler, look'],
  [['F'], 'Gallery in place of the field, and back'],
  [['Q'], 'Differential, sign-off, readers, log'],
  [['Esc'], 'Put the tool away, let go of the chosen cells, select none'],
  [['?'], 'This list'],
];

export default function Help() {
  const dialog = useModal();
  const shortcuts = useStore((state) => state.shortcuts);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={() => setHelpOpen(false)}>
      <header>
        <h2 id="help-title">Shortcuts</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <table>
        <tbody>
          {SHORTCUTS.map(([keys, does]) => (
            <tr key={does}>
              <td>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label>
        <input type="checkbox" checked={shortcuts} onChange={({ target }) => setShortcuts(target.checked)} />
        Use the single-letter and digit keys
      </label>
      <h2>Types</h2>
      <ul>
        {CALL_TYPES.map((type) => (
          <li key={type}>
            <TypeBadge type={type} size={20} />
            {TYPE_NAMES[type]}
            {keyOf(type) && <kbd>{keyOf(type)}</kbd>}
          </li>
        ))}
      </ul>
      <p className="muted">
        In the image a dashed outline is the model’s suggestion, a solid one a person’s decision. A type’s key acts on
        all cells that are chosen (Ctrl and a click, or Ctrl and Space in the gallery), with none chosen on the one
        under the pointer, else on the selected one. U, unidentified, is a decision too: a cell that cannot be told may
        be signed as that. A double click in the gallery shows a cell in its field. Wheel or pinch zooms, dragging pans,
        press and hold adds a missed cell.
      </p>
    </dialog>
  );
}
