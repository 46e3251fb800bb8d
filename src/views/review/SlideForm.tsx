/** Puts the selected image, or all that are on no slide, on a slide of a name. */
import { useState } from 'react';
import { groupImages } from '../../store/decide';
import { slideOf } from '../../store/review';
import { useStore } from '../../store/store';
import { Popover } from '../parts/Popover';

export function SlideForm({ slides }: { slides: readonly string[] }) {
  return (
    <Popover title="A slide is a named group of images, counted and signed together" label="Slides" button="Slides…">
      {(close) => <Form slides={slides} onDone={close} />}
    </Popover>
  );
}

function Form({ slides, onDone }: { slides: readonly string[]; onDone(): void }) {
  const images = useStore((state) => state.images);
  const review = useStore((state) => state.history.state);
  const selected = useStore((state) => state.selectedImage);
  const [name, setName] = useState('');
  const [marked, setMarked] = useState<ReadonlySet<string>>(() => new Set(selected ? [selected] : []));
  const named = name.trim() !== '';
  const placed = [...marked].filter((id) => slideOf(review, id)).length;
  const mark = (id: string, on: boolean) =>
    setMarked((now) => new Set(on ? [...now, id] : [...now].filter((entry) => entry !== id)));
  return (
    <form
      className="slides"
      onSubmit={(event) => {
        event.preventDefault();
        groupImages([...marked], name);
        onDone();
      }}
    >
      <label>
        Name of the slide
        <input list="slide-names" maxLength={200} value={name} onChange={({ target }) => setName(target.value)} />
        <datalist id="slide-names">
          {slides.filter(Boolean).map((slide) => (
            <option key={slide} value={slide} />
          ))}
        </datalist>
      </label>
      <p>
        <button type="button" onClick={() => setMarked(new Set(images.map(({ id }) => id)))}>
          All
        </button>
        <button type="button" onClick={() => setMarked(new Set())}>
          None
        </button>
        <button
          type="button"
          onClick={() => setMarked(new Set(images.filter(({ id }) => !slideOf(review, id)).map(({ id }) => id)))}
        >
          Those on none
        </button>
      </p>
      <ul>
        {images.map(({ id, name: file }) => (
          <li key={id}>
            <label>
              <input type="checkbox" checked={marked.has(id)} onChange={({ target }) => mark(id, target.checked)} />
              <span>{file}</span>
              <small className="muted">{slideOf(review, id)}</small>
            </label>
          </li>
        ))}
      </ul>
      <button type="submit" className="primary" disabled={marked.size === 0 || (!named && placed === 0)}>
        {named || placed === 0
          ? `Put ${marked.size} on this slide`
          : `Take ${placed} off ${placed === 1 ? 'its' : 'their'} slide`}
      </button>
    </form>
  );
}
