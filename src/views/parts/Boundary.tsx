/** Where a part of the screen cannot be shown, it says so in its own place; all the rest stays as it is. */
import { Component, type ComponentType, createElement, lazy, type ReactNode, Suspense } from 'react';
import { LeukolensError } from '../../domain/errors';
import { leaveFor } from '../../store/leaving';
import { useStore } from '../../store/store';
import { reloadText } from './format';
import './boundary.css';

interface Props {
  children: ReactNode;
  /** Called when the part failed, so that the next try is a fresh one. */
  renew?: () => void;
  /** Closes the part, where it is one that can be closed. */
  close?: (() => void) | undefined;
}

/** Shows its children, or that they failed, with the ways on from there. React unmounts everything where nothing does this. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('unknown') };
  }

  override componentDidCatch(): void {
    this.props.renew?.();
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Fault error={error} again={() => this.setState({ error: null })} close={this.props.close} />;
  }
}

function Fault({ error, again, close }: { error: unknown; again(): void; close: (() => void) | undefined }) {
  const kept = useStore((state) => state.journal.status === 'open');
  const known = error instanceof LeukolensError;
  return (
    <div className="fault-card" role="alert">
      <p>
        {known ? error.message : `This part of the app stopped: ${error instanceof Error ? error.message : error}.`}{' '}
        {known ? error.remedy : 'Try again; if it stops again, reload.'} {reloadText(kept)}
      </p>
      <p className="buttons">
        <button type="button" className="primary" onClick={again}>
          Try again
        </button>
        <button type="button" onClick={() => void leaveFor(() => location.reload())}>
          Reload
        </button>
        {close && (
          <button type="button" onClick={close}>
            Close
          </button>
        )}
      </p>
    </div>
  );
}

interface Options extends Pick<Props, 'close'> {
  /** Stands in its place until it is there. */
  placeholder?: ReactNode;
}

/** A part that is fetched when it is first shown: that can fail, without a network and where a newer version is out. */
export function later<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  { placeholder, close }: Options = {},
): ComponentType<P> {
  const fetched = () =>
    load().catch((cause: unknown) => {
      throw new LeukolensError(
        'part-missing',
        'This part of the app could not be fetched.',
        'Check the network and try again; where a newer version of the app is out, reload.',
        { cause },
      );
    });
  const fresh = () => lazy(fetched) as unknown as ComponentType<P>;
  let part = fresh();
  // What failed once fails for good: another try needs another.
  const renew = () => {
    part = fresh();
  };
  const Part = (props: P) => createElement(part, props);
  return function Later(props) {
    return (
      <Boundary renew={renew} close={close}>
        <Suspense fallback={placeholder}>
          <Part {...props} />
        </Suspense>
      </Boundary>
    );
  };
}
