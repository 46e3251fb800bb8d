// Properties of the event log over random sequences of everything a person can do.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALL_TYPES } from '../cellType';
import { nextCellId, type ReviewCell } from './cells';
import {
  addCell,
  confirm,
  deleteCells,
  dropDecisions,
  type Edit,
  groupImages,
  type Placed,
  readAgain,
  reclassify,
  redraw,
  remake,
  setScale,
  setWbc,
} from './edits';
import { EMPTY_REVIEW } from './events';
import { EMPTY_HISTORY, type History, record, redoEvent, replay, resumed, undoEvent } from './history';
import { cellsOf, detected, EXTENT, found, IMAGES, redoAll, SIZE, undoAll } from './scene.fixture';
import { readLog, writeLog } from './serial';
import { cut, disc, paint, union } from './shape';
import { standingEdits } from './stacks';

/** One thing a person does, drawn from numbers so that it always fits what is there at that moment. */
type Step = [action: number, image: number, cell: number, value: number, x: number, y: number];

const stepArbitrary = fc.tuple(
  fc.nat(17),
  fc.nat(IMAGES.length - 1),
  fc.nat(9),
  fc.nat(30),
  fc.integer({ min: -5, max: SIZE + 5 }),
  fc.integer({ min: -5, max: SIZE + 5 }),
);

function editOf(history: History, [action, imageAt, cellAt, value, x, y]: Step): Edit | null {
  const image = IMAGES[imageAt] as string;
  const cells = cellsOf(history, image);
  const placed = (cell: ReviewCell | undefined): Placed[] => (cell ? [{ image, cell }] : []);
  const some = placed(cells[cellAt % Math.max(1, cells.length)]);
  const [one] = some;
  const type = CALL_TYPES[value % CALL_TYPES.length]!;
  const firstId = nextCellId(found.get(image) ?? [], history.state.images[image]);
  switch (action) {
    case 0:
      return reclassify(history.state, some, type);
    case 1:
      return reclassify(history.state, cells.flatMap(placed), type);
    case 2:
      return confirm(history.state, cells.flatMap(placed));
    case 3:
      return readAgain(history.state, some, type);
    case 4:
      return one ? deleteCells(some) : null;
    case 5: {
      const shape = disc(x, y, 3 + (value % 5), SIZE, SIZE);
      return shape ? addCell(image, { ...detected(firstId, x, y), ...shape }) : null;
    }
    case 6: {
      const parts = one ? cut(one.cell) : [];
      return parts.length ? remake('split', some, parts, firstId, EXTENT) : null;
    }
    case 7: {
      const other = cells[(cellAt + 1) % Math.max(1, cells.length)];
      if (!one || !other || other === one.cell) return null;
      const shape = union([one.cell, other]);
      return shape && remake('merge', [...some, ...placed(other)], [shape], firstId, EXTENT);
    }
    case 8: {
      const stroke = { points: [{ x, y }], radius: 1 + (value % 6), part: (value % 3) as 0 | 1 | 2 };
      const shape = one && paint(one.cell, stroke, SIZE, SIZE);
      return one && shape ? redraw(history.state, one, shape) : null;
    }
    case 9:
      return groupImages(history.state, [image], ['', 'slide 1', '<b>2</b>', '__proto__'][value % 4]!);
    case 10:
      return setScale(history.state, [image], value % 4 ? { umPerPx: value / 100, source: 'typed' } : null);
    default: {
      if (value > 10) return setWbc(history.state, ['', 'slide 1', '__proto__'][value % 3]!, value % 5 ? value : null);
      // As the store has it: also where nothing is left to drop, if something could be done again.
      const again = history.undone.some((edit) => edit.changes.some((c) => 'cell' in c && c.image === image));
      const page = dropDecisions(history.state, image);
      return page.changes.length > 0 || again ? page : null;
    }
  }
}

/** The history after a step; the same one where the step cannot be taken. */
function take(history: History, step: Step, signing: boolean): History {
  const [action, imageAt, , value] = step;
  const at = new Date(Date.UTC(2026, 0, 1) + history.log.length * 1000);
  try {
    if (action === 12 || action > 13) {
      const event = action < 15 ? undoEvent(history) : redoEvent(history);
      return event ? record(history, event, 'A', at) : history;
    }
    if (action === 13) {
      if (!signing) {
        const remove = { kind: 'remove', image: IMAGES[imageAt] as string, file: 'f.png' } as const;
        return value % 4 ? history : record(history, remove, 'A', at);
      }
      const images = IMAGES.slice(imageAt, imageAt + 1);
      const slide = `s${imageAt}`;
      const sign = { kind: 'sign', slide, images, counts: {}, unreviewed: 0 } as const;
      return record(history, value % 2 ? sign : { kind: 'reopen', slide, images, reason: '' }, 'B', at);
    }
    const edit = editOf(history, step);
    return edit && (edit.kind === 'page' || edit.changes.length > 0) ? record(history, edit, 'A', at) : history;
  } catch (thrown) {
    if ((thrown as { name?: string }).name === 'LeukolensError') return history;
    throw thrown;
  }
}

const reopened = (history: History): History =>
  history.state.signatures.reduce(
    (now, { slide, images }) => record(now, { kind: 'reopen', slide, images, reason: '' }, '', new Date(0)),
    history,
  );

test('1 000 random sequences: undo all is the start, redo all the end, the log replayed and reread the state', () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(stepArbitrary, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.boolean(),
      (steps, signing) => {
        const history = steps.reduce((now, step) => take(now, step, signing), EMPTY_HISTORY);
        for (const { kind } of history.log) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);

        expect(replay(history.log)).toEqual(history);
        expect(standingEdits(history.log)).toEqual(history.done);
        expect(resumed(history.log)).toEqual({ history, leftOut: 0 });
        expect(readLog(JSON.parse(JSON.stringify(writeLog(history.log))))).toEqual(history);

        // A signature is a fact and no state: only what it locks has to be free again before everything is undone.
        const open = reopened(history);
        const start = undoAll(open);
        expect(start.state).toEqual(EMPTY_REVIEW);
        expect(start.done).toEqual([]);
        // What had been undone before is on top of the stack again: the end is where all of it is redone.
        const end = redoAll(open);
        expect(redoAll(start).state).toEqual(end.state);
        let back = start;
        for (const _ of open.done) back = record(back, redoEvent(back)!, '', new Date(0));
        expect(back.state).toEqual(open.state);
        expect(cellsOf(back, 'a')).toEqual(cellsOf(open, 'a'));
      },
    ),
    { numRuns: 1000, seed: 6 },
  );
  // The property says nothing about what it never met.
  const met = ['reclassify', 'confirm', 'second-reading', 'add', 'delete', 'split', 'merge', 'mask', 'slide', 'scale'];
  for (const kind of [...met, 'wbc', 'page', 'undo', 'redo', 'sign', 'reopen', 'remove']) {
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(50);
  }
}, 300_000);
