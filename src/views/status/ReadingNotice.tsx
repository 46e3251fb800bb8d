/** That a second reading is on, whose it is and how far, and the way out of it: much of the screen is shut for as long. */
import { EyeOff } from 'lucide-react';
import { useMemo } from 'react';
import { setPanel } from '../../store/actions';
import { setReader } from '../../store/decide';
import { cellsOn } from '../../store/review';
import { useStore } from '../../store/store';

export function ReadingNotice() {
  const on = useStore((state) => state.reader === 'second');
  return on ? <Reading /> : null;
}

function Reading() {
  const images = useStore((state) => state.images);
  const review = useStore((state) => state.history.state);
  const who = useStore((state) => state.who.trim());
  const { read, all } = useMemo(() => {
    const cells = images.flatMap((image) => cellsOn(image, review));
    return { read: cells.filter(({ second }) => second !== null).length, all: cells.length };
  }, [images, review]);
  return (
    <div className="notice" data-kind="news">
      <EyeOff size={16} aria-hidden="true" />
      <span>
        Second reading{who && ` by ${who}`}: {read} of {all} read
      </span>
      <button
        type="button"
        title="End the second reading: the first reader’s and the model’s types are shown again"
        onClick={() => {
          setReader('first');
          // What was read for: how far the two agree.
          setPanel(read > 0 ? 'readers' : null);
        }}
      >
        End
      </button>
    </div>
  );
}
