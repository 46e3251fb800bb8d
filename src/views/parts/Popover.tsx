/** A button that opens a small panel below itself; the browser closes it on Escape and on a click elsewhere. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import './popover.css';

const FIELDS = ':is(input, select, textarea):not(:disabled)';
const BUTTONS = ':is(button, a[href], summary):not(:disabled)';

interface Props {
  /** The button's content; its name for assistive technology unless `label` is given. */
  button: ReactNode;
  title: string;
  /** Names the panel. */
  label: string;
  className?: string;
  disabled?: boolean;
  /** Called with the way to close the panel. Rendered only while open. */
  children(close: () => void): ReactNode;
}

export function Popover({ button, title, label, className = '', disabled = false, children }: Props) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const element = panel.current;
    if (!element) return;
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open');
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);

  useEffect(() => {
    const element = panel.current;
    const box = anchor.current?.getBoundingClientRect();
    if (!open || !element || !box) return;
    const left = Math.max(8, Math.min(box.left, innerWidth - element.offsetWidth - 8));
    const top = Math.max(8, Math.min(box.bottom + 6, innerHeight - element.offsetHeight - 8));
    element.style.translate = `${left}px ${top}px`;
    // A panel takes the keys with it; on Escape the browser gives the focus back.
    const first = element.querySelector<HTMLElement>(FIELDS) ?? element.querySelector<HTMLElement>(BUTTONS) ?? element;
    first.focus({ preventScroll: true });
  }, [open]);

  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={className}
        title={title}
        disabled={disabled}
        popoverTarget={id}
        aria-expanded={open}
        aria-haspopup="dialog"
      >
        {button}
      </button>
      <div ref={panel} id={id} popover="auto" className="popover" role="dialog" aria-label={label} tabIndex={-1}>
        {open && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
