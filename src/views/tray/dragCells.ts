/** Dragging cells onto a type: what is dragged are references, the ones chosen together or one. */
import type { DragEvent, HTMLAttributes } from 'react';
import type { CallType } from '../../domain/cellType';
import { callRefs } from '../../store/decide';
import { useStore } from '../../store/store';

const KIND = 'application/x-leukolens-cells';

/** Starts dragging a cell, with the others where it is one of several chosen. */
export function dragCell(event: DragEvent, ref: string): void {
  const { chosen } = useStore.getState();
  event.dataTransfer.setData(KIND, JSON.stringify(chosen.includes(ref) ? chosen : [ref]));
  event.dataTransfer.effectAllowed = 'copyMove';
}

/** Makes an element a place where cells get a type. */
export function dropOf(type: CallType): HTMLAttributes<HTMLElement> {
  const isOurs = (event: DragEvent) => event.dataTransfer.types.includes(KIND);
  const mark = (event: DragEvent<HTMLElement>, on: boolean) => {
    if (on) event.currentTarget.dataset.over = '';
    else delete event.currentTarget.dataset.over;
  };
  return {
    onDragOver: (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      mark(event, true);
    },
    onDragLeave: (event) => mark(event, false),
    onDrop: (event) => {
      mark(event, false);
      if (!isOurs(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const refs: unknown = JSON.parse(event.dataTransfer.getData(KIND));
      if (Array.isArray(refs)) callRefs(type, refs.map(String));
    },
  };
}
