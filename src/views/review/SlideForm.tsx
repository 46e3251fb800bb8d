/** Puts the selected image, or all that are on no slide, on a slide of a name. */
import { useEffect, useRef, useState } from 'react';
import { groupImages } from '../../store/decide';
import { shownNames } from '../../store/names';
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
  const [wanted, setWanted] = useState('');
  /** The row that was ticked last: a click with Shift takes those between it and that one. */
  const last = useRef<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  // What is ticked already is not to be out of sight.
  useEffect(() => {
    list.current?.querySelector(':checked')?.scrollIntoView({ block: 'nearest' });
  }, []);
  const named = name.trim() !== '';
  const names = shownNames(images);
  // In a folder of its own for each slide, the files are often called alike.
  const rows = images.filter(({ path }) => path.toLowerCase().includes(wanted.trim().toLowerCase()));
  const shown = new Set(rows.map(({ id }) => id));
  const hidden = [...marked].filter((id) => !shown.has(id)).length;
  const placed = [...marked].filter((id) => slideOf(review, id)).length;
  const mark = (ids: readonly string[], on: boolean) =>
    setMarked((now) => new Set(on ? [...now, ...ids] : [...now].filter((entry) => !ids.includes(entry))));
  const tick = (id: string, on: boolean, range: boolean) => {
    const ends = [id, range ? last.current : id].map((end) => rows.findIndex((image) => image.id === end));
    last.current = id;
    const between = ends.includes(-1) ? [] : rows.slice(Math.min(...ends), Math.max(...ends) + 1);
    mark([id, ...between.map((image) => image.id)], on);
  };
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
      <label>
        Show
        <input
          type="search"
          placeholder="part of a file’s name or folder"
          maxLength={200}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
      </label>
      <p>
        <button type="button" onClick={() => mark([...shown], true)}>
          All
        </button>
        <button type="button" onClick={() => mark([...shown], false)}>
          None
        </button>
        <button
          type="button"
          onClick={() =>
            mark(
              rows.filter(({ id }) => !slideOf(review, id)).map(({ id }) => id),
              true,
            )
          }
        >
          Those on none
        </button>
      </p>
      <ul ref={list} title="With Shift, a click takes all from the one clicked before">
        {rows.map(({ id }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={marked.has(id)}
                onChange={({ target, nativeEvent }) =>
                  tick(id, target.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
                }
              />
              <span>{names.get(id)}</span>
              <small className="muted">{slideOf(review, id)}</small>
            </label>
          </li>
        ))}
      </ul>
      <button type="submit" className="primary" disabled={marked.size === 0 || (!named && placed === 0)}>
        {named || placed === 0
          ? `Put ${marked.size} on this slide`
          : `Take ${placed} off ${placed === 1 ? 'its' : 'their'} slide`}
        {hidden > 0 && `, ${hidden} of them not shown`}
      </button>
    </form>
  );
}
