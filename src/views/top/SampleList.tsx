/** The sample smears as buttons with pictures, for the menu and the empty screen. */
import { useEffect, useState } from 'react';
import { plural } from '../../domain/plural';
import { openSample, type Sample, samples, sampleUrl } from '../../store/samples';

interface Props {
  /** Shown while there are none. */
  none?: string;
  onOpen?(): void;
}

export function SampleList({ none, onOpen }: Props) {
  const [list, setList] = useState<Sample[] | null>(null);
  useEffect(() => {
    void samples().then(setList);
  }, []);
  if (!list) return null;
  if (list.length === 0) return none ? <p className="muted">{none}</p> : null;
  return (
    <ul className="samples">
      {list.map((sample) => (
        <li key={sample.file}>
          <button
            type="button"
            onClick={() => {
              onOpen?.();
              void openSample(sample);
            }}
          >
            <img src={sampleUrl(sample)} alt="" loading="lazy" />
            <span>{sample.title}</span>
            <small className="muted">
              {plural(sample.cells, 'white cell')} · {sample.width} × {sample.height}
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}
