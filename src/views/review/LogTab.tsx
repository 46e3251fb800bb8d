/** The audit: every event of the log, newest first, only those in view drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { plural } from '../../domain/plural';
import { eventTitle } from '../../domain/review/eventTitle';
import { useStore } from '../../store/store';

export function LogTab() {
  const log = useStore((state) => state.history.log);
  const images = useStore((state) => state.images);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: log.length,
    getScrollElement: () => box.current,
    estimateSize: () => 26,
    overscan: 8,
  });
  return (
    <div className="count-tab">
      <p className="muted">
        {log.length === 0
          ? 'Nothing was decided yet.'
          : `${plural(log.length, 'event')}, newest first. The log is only ever added to; the model\u2019s own call stays in it.`}
      </p>
      <div className="log" ref={box} role="log" aria-label="Log" aria-live="off">
        <div style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const event = log[log.length - 1 - index];
            return (
              event && (
                <p
                  key={event.id}
                  ref={virtual.measureElement}
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <span className="muted">{event.id}</span>
                  <time dateTime={event.at}>{new Date(event.at).toLocaleString()}</time>
                  <b>{event.who || '\u2013'}</b>
                  <span>{eventTitle(event, images)}</span>
                </p>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
