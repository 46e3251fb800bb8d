/** What there is before there is anything: what the app does, and three ways to start. */
import { ImagePlus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { FolderButtons } from '../images/FolderButtons';
import { openFileDialog } from '../top/OpenButton';
import { SampleList } from '../top/SampleList';
import './empty.css';

/** `again`: there were images before, and the last of them took with it what had the focus. */
export function Empty({ again }: { again: boolean }) {
  const choose = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (again && document.activeElement === document.body) choose.current?.focus();
  }, [again]);
  return (
    <div className="empty">
      <section className="drop">
        <ImagePlus size={40} strokeWidth={1.4} aria-hidden="true" />
        <p className="title">Drop blood-smear images here</p>
        <p className="muted">
          Photographs or whole folders of them, or paste one. White blood cells are found, outlined and typed on this
          computer; no image leaves it.
        </p>
        <span className="choose">
          <button type="button" className="primary" ref={choose} onClick={openFileDialog}>
            Choose files…
          </button>
          <FolderButtons words />
        </span>
      </section>
      <section className="try">
        <h2>Or start with a synthetic smear</h2>
        <SampleList none="This copy of the app came without sample smears." />
      </section>
    </div>
  );
}
