/** The sample smears as buttons with pictures, for the menu and the empty screen. */
import { useEffect, useState } from 'react';
import { plural } from '../../domain/plural';
import { openSample, type Sample, samples, sampleUrl } from '../../store/samples';
import { useStore } from '../../store/store';

interface Props {
  /** Shown while there are none. */
  none?: string;
  onOpen?(): void;
}

export function SampleList({ none, onOpen }: Props) {
  const online = useStore((state) => state.online);
  const [list, setList] = useState<Sample[] | null | undefined>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: back online, what could not be fetched can be.
  useEffect(() => {
    void samples().then(setList);
  }, [online]);
  if (list === undefined) return null;
  if (list === null) return <p className="muted">The sample smears could not be fetched: there is no network.</p>;
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
