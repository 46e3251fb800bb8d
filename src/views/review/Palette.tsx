/** All types and commands by name: what has no key of its own is two letters and Enter away. */
import { useMemo, useState } from 'react';
import { CALL_TYPES, type CallType, keyOf, TYPE_NAMES, TYPE_WORDS } from '../../domain/cellType';
import { plural } from '../../domain/plural';
import { setPanel, toggleGallery } from '../../store/actions';
import { callCells, confirmCells, deleteMeant, meant, selectedOrChosen, selectedOrMeant } from '../../store/decide';
import { mergeMeant, splitMeant } from '../../store/reshape';
import { tabsSeen } from '../../store/review';
import { useStore } from '../../store/store';
import { redo, undo } from '../../store/undo';
import { TypeBadge } from '../parts/TypeBadge';
import { useModal } from '../parts/useModal';
import './review.css';

interface Command {
  name: string;
  type?: CallType;
  key?: string | undefined;
  act(): void;
}

export default function Palette() {
  const dialog = useModal();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  // What the commands act on is what their keys were meant for when the list was opened.
  const [cells] = useState(meant);
  const [confirmed] = useState(selectedOrChosen);
  const [reshaped] = useState(selectedOrMeant);
  const tabs = useStore((state) => tabsSeen(state.reader));
  const commands = useMemo((): Command[] => {
    const panels = [
      { name: 'Differential and sign-off', tab: 'count', key: 'Q' },
      { name: 'Second reading', tab: 'readers' },
      { name: 'Log of changes', tab: 'log' },
    ] as const;
    return [
      ...CALL_TYPES.map((type) => ({
        name: TYPE_NAMES[type],
        type,
        key: keyOf(type),
        act: () => callCells(type, cells),
      })),
      { name: 'Confirm', key: 'Enter', act: () => confirmCells(confirmed) },
      { name: 'Split the cell', key: 'S', act: () => splitMeant(reshaped) },
      { name: 'Merge the chosen cells', key: 'G', act: () => mergeMeant(reshaped) },
      { name: 'Delete', key: 'Del', act: () => deleteMeant(reshaped) },
      { name: 'Undo', key: 'Ctrl+Z', act: undo },
      { name: 'Redo', key: 'Ctrl+Shift+Z', act: redo },
      ...panels
        .filter(({ tab }) => tabs.includes(tab))
        .map(({ tab, ...command }) => ({ ...command, act: () => setPanel(tab) })),
      { name: 'Gallery in place of the field', key: 'F', act: toggleGallery },
    ];
  }, [cells, confirmed, reshaped, tabs]);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(({ name, type }) => {
    const known = `${name} ${(type && TYPE_WORDS[type]) ?? ''}`.toLowerCase();
    return words.every((word) => known.includes(word));
  });
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (command: Command | undefined) => {
    setPanel(null);
    command?.act();
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Types and commands" onClose={() => setPanel(null)}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen ? `palette-${found.indexOf(chosen)}` : undefined}
        aria-label="Type or command"
        placeholder={
          cells.length > 1 ? `A type for ${plural(cells.length, 'cell')}, or a command` : 'A type or a command'
        }
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setAt((now) => Math.max(0, Math.min(found.length - 1, now + (event.key === 'ArrowDown' ? 1 : -1))));
          } else if (event.key === 'Enter') {
            event.preventDefault();
            run(chosen);
          }
        }}
      />
      <div id="palette-list" role="listbox" aria-label="Found">
        {found.map((command, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: the field above keeps the focus.
          <div
            key={command.name}
            id={`palette-${i}`}
            role="option"
            aria-selected={command === chosen}
            onClick={() => run(command)}
          >
            {command.type ? <TypeBadge type={command.type} size={18} /> : <span className="no-badge" />}
            {command.name}
            {command.key && <kbd>{command.key}</kbd>}
          </div>
        ))}
        {found.length === 0 && <p className="muted">Nothing is called that.</p>}
      </div>
    </dialog>
  );
}
