/** A mark in the middle of the view, where Enter adds a cell: the pointer's click for those who use none. */
import { Plus } from 'lucide-react';
import { useEffect } from 'react';
import { isShortcut } from '../parts/keys';
import { isPress } from '../useShortcuts';

export function AddInMiddle({ onAdd }: { onAdd(): void }) {
  useEffect(() => {
    // Before the page's own Enter, which confirms the selected cell.
    const onKey = (event: KeyboardEvent) => {
      // The tool's own button, from which it was taken in hand, has no other use for the key.
      const onTool = (event.target as Element).closest('[data-tool][aria-pressed="true"]') !== null;
      if (event.key !== 'Enter' || event.repeat || !isShortcut(event) || (isPress(event) && !onTool)) return;
      event.preventDefault();
      onAdd();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [onAdd]);
  return (
    <div className="add-middle">
      <Plus size={28} aria-hidden="true" />
      <p role="status">Enter adds the cell in the middle; Shift with an arrow moves the image.</p>
    </div>
  );
}
