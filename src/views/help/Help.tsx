/** The list of shortcuts, as a dialog; loaded when first asked for. */
import { useEffect, useRef } from 'react';
import { CALL_TYPES, TYPE_NAMES } from '../../domain/cellType';
import { setHelpOpen, setShortcuts } from '../../store/actions';
import { useStore } from '../../store/store';
import { TypeBadge } from '../parts/TypeBadge';
import './help.css';

const SHORTCUTS: [string[], string][] = [
  [['←', '→', '↑', '↓'], 'Walk the cells of the image'],
  [['A', 'D'], 'Image before, image after'],
  [['1', '2', '3', '4', '5'], 'Original, saliency, masks, Grad-CAM, outlines'],
  [['+', '-', '0'], 'Zoom in, zoom out, whole image'],
  [['O'], 'Open images'],
  [['Esc'], 'Select no cell'],
  [['?'], 'This list'],
];

export default function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shortcuts = useStore((state) => state.shortcuts);
  useEffect(() => dialog.current?.showModal(), []);
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
          </li>
        ))}
      </ul>
      <p className="muted">
        In the image a dashed outline is the model’s suggestion. Wheel or pinch zooms, dragging pans, a click selects a
        cell.
      </p>
    </dialog>
  );
}
