/** Undo, redo, and what a drag in the viewer does. */
import { Brush, Eraser, MousePointer2, Plus, Redo2, Ruler, SquareDot, Undo2 } from 'lucide-react';
import { eventTitle } from '../../domain/review/eventTitle';
import { setPreference, setTool } from '../../store/actions';
import { OUTLINES_STAY, toolShut } from '../../store/review';
import { useStore } from '../../store/store';
import { redo, redoable, undo, undoable } from '../../store/undo';
import { TOOLS, type Tool } from '../../store/view';
import './tools.css';

const FACES: Record<Tool, { Icon: typeof Brush; name: string; title: string }> = {
  look: {
    Icon: MousePointer2,
    name: 'Look',
    title: 'Look: a drag pans, a click selects, press and hold adds a missed cell (V)',
  },
  add: {
    Icon: Plus,
    name: 'Add a cell',
    title: 'Add a cell: click a missed cell, or press Enter for the one in the middle, and the engine outlines it (C)',
  },
  brush: {
    Icon: Brush,
    name: 'Brush',
    title: 'Brush: paint cytoplasm to the selected cell, or a new cell where none is selected (K)',
  },
  nucleus: { Icon: SquareDot, name: 'Nucleus brush', title: 'Nucleus brush: paint nucleus to the selected cell (J)' },
  erase: { Icon: Eraser, name: 'Eraser', title: 'Eraser: take from the selected cell (H)' },
  ruler: { Icon: Ruler, name: 'Ruler', title: 'Ruler: draw along a known length to set the scale (W)' },
};
const PAINTS: readonly Tool[] = ['brush', 'nucleus', 'erase'];

export function ToolBar() {
  const tool = useStore((state) => state.tool);
  const brush = useStore((state) => state.brush);
  const selected = useStore((state) => state.selectedCell !== null);
  const reader = useStore((state) => state.reader);
  const images = useStore((state) => state.images);
  const last = useStore(undoable);
  const next = useStore(redoable);
  return (
    <div className="tools" role="toolbar" aria-label="Tools" aria-orientation="vertical">
      <button
        type="button"
        aria-label="Undo"
        disabled={!last}
        title={last ? `Undo: ${eventTitle(last, images)} (Ctrl+Z)` : 'Nothing to undo'}
        onClick={undo}
      >
        <Undo2 size={16} aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label="Redo"
        disabled={!next}
        title={next ? `Redo: ${eventTitle(next, images)} (Ctrl+Shift+Z)` : 'Nothing to redo'}
        onClick={redo}
      >
        <Redo2 size={16} aria-hidden="true" />
      </button>
      <hr />
      {TOOLS.map((name) => {
        const { Icon, name: label, title } = FACES[name];
        return (
          <button
            key={name}
            type="button"
            aria-label={label}
            aria-pressed={tool === name}
            data-tool={name}
            disabled={toolShut({ tool: name, reader })}
            title={toolShut({ tool: name, reader }) ? OUTLINES_STAY : title}
            onClick={() => setTool(name)}
          >
            <Icon size={16} aria-hidden="true" />
          </button>
        );
      })}
      {PAINTS.includes(tool) && (
        <label title="Radius of the brush in px of the image">
          <span className="hidden">Brush radius</span>
          <input
            type="range"
            min={1}
            max={40}
            value={brush}
            onChange={({ target }) => setPreference({ brush: target.valueAsNumber })}
          />
          <small>{brush}</small>
        </label>
      )}
      {PAINTS.includes(tool) && !selected && (
        <p role="status">
          {tool === 'brush' ? 'Paint a cell that has no outline, or select one.' : 'Select a cell first.'}
        </p>
      )}
    </div>
  );
}
