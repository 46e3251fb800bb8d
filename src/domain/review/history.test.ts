// Properties of the event log over random sequences of everything a person can do, and its single rules.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DetectedCell } from '../cell';
import { CALL_TYPES } from '../cellType';
import { maskAreas } from '../mask';
import { nextCellId, type ReviewCell, reviewCells } from './cells';
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
import { EMPTY_REVIEW, isEdit, type NewEvent, type ReviewEvent } from './events';
import { append, EMPTY_HISTORY, type History, joined, record, redoEvent, replay, resumed, undoEvent } from './history';
import { readLog, writeLog } from './serial';
import { cut, disc, paint, union } from './shape';
import { isApart, sinceSigned, sinceSignedText } from './signed';
import { standingEdits } from './standing';

const SIZE = 80;
const EXTENT = { width: SIZE, height: SIZE };

function detected(id: number, x: number, y: number): DetectedCell {
  const shape = disc(x, y, 7, SIZE, SIZE)!;
  return {
    id,
    ...shape,
    probabilities: [0.6, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05],
    modelType: 'neutrophil',
    type: id % 3 === 0 ? 'unidentified' : 'neutrophil',
    confidence: 0.6,
    consistency: id === 2 ? Number.NaN : 0.5,
    novelty: 0.4,
    attributes: [{ name: 'granularity', value: 'yes', probability: 0.9, share: null }],
    crop: { x0: x - 15, y0: y - 15, x1: x + 15, y1: y + 15 },
  };
}

const IMAGES = ['a', 'b', 'c'];
const found = new Map(
  IMAGES.map((image, i) => [image, [1, 2, 3, 4].slice(i).map((id) => detected(id, 12 + 17 * id, 20 + 15 * i))]),
);
const cellsOf = (history: History, image: string): ReviewCell[] =>
  reviewCells(found.get(image) ?? [], history.state.images[image], EXTENT);

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
    default:
      return setWbc(history.state, ['', 'slide 1', '__proto__'][value % 3]!, value % 5 ? value : null);
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
      if (!signing) return history;
      const images = IMAGES.slice(imageAt, imageAt + 1);
      const slide = `s${imageAt}`;
      const sign = { kind: 'sign', slide, images, counts: {}, unreviewed: 0 } as const;
      return record(history, value % 2 ? sign : { kind: 'reopen', slide, images, reason: '' }, 'B', at);
    }
    const edit = editOf(history, step);
    return edit && edit.changes.length > 0 ? record(history, edit, 'A', at) : history;
  } catch (thrown) {
    if ((thrown as { name?: string }).name === 'LeukolensError') return history;
    throw thrown;
  }
}

const undoAll = (history: History): History => {
  let now = history;
  for (let event = undoEvent(now); event; event = undoEvent(now)) now = record(now, event, '', new Date(0));
  return now;
};
const redoAll = (history: History): History => {
  let now = history;
  for (let event = redoEvent(now); event; event = redoEvent(now)) now = record(now, event, '', new Date(0));
  return now;
};
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
  for (const kind of [...met, 'wbc', 'undo', 'redo', 'sign', 'reopen']) {
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(50);
  }
}, 300_000);

const history = (...edits: ((now: History) => Edit)[]): History =>
  edits.reduce((now, edit) => record(now, edit(now), 'Ada', new Date(0)), EMPTY_HISTORY);
const cell = (now: History, id: number, image = 'a'): Placed => ({
  image,
  cell: cellsOf(now, image).find((entry) => entry.id === id)!,
});

test('a person decides, and the model\u2019s own call stays beside it', () => {
  const now = history((h) => reclassify(h.state, [cell(h, 1)], 'monocyte'));
  expect(cell(now, 1).cell).toMatchObject({ type: 'monocyte', by: 'person', modelCall: 'neutrophil' });
  expect(now.log[0]).toMatchObject({
    id: 1,
    who: 'Ada',
    kind: 'reclassify',
    changes: [{ image: 'a', cell: 1, field: 'call', old: null, new: 'monocyte', model: 'neutrophil' }],
  });
  expect(cell(now, 2).cell.by).toBe('model');
});

test('the same type again is a confirmation; the unidentified are not confirmed', () => {
  const now = history((h) =>
    confirm(
      h.state,
      cellsOf(h, 'a').map((entry) => ({ image: 'a', cell: entry })),
    ),
  );
  expect(now.log[0]?.kind).toBe('confirm');
  expect(cellsOf(now, 'a').map(({ by }) => by)).toEqual(['person', 'person', 'model', 'person']);
});

test('a split makes two cells of one, a merge one of two, with the areas of what they were made of', () => {
  let now = history((h) => remake('split', [cell(h, 1)], cut(cell(h, 1).cell), 5, EXTENT));
  expect(cellsOf(now, 'a').map(({ id }) => id)).toEqual([2, 3, 4, 5, 6]);
  const whole = found.get('a')![0]!.areas.cell;
  const parts = [cell(now, 5).cell, cell(now, 6).cell];
  expect(parts[0]!.areas.cell + parts[1]!.areas.cell).toBe(whole);
  expect(parts.map(({ origin }) => origin)).toEqual(['split', 'split']);
  const both = [cell(now, 5), cell(now, 6)];
  now = record(now, remake('merge', both, [union(both.map((one) => one.cell))!], 7, EXTENT), '', new Date(0));
  expect(cell(now, 7).cell.areas.cell).toBe(whole);
  expect(maskAreas(cell(now, 7).cell.mask).cell).toBe(whole);
});

test('a signed slide is locked until it is reopened, and both are in the log', () => {
  const sign: NewEvent = { kind: 'sign', slide: '', images: ['a'], counts: { neutrophil: 3 }, unreviewed: 3 };
  const signed = record(
    history((h) => reclassify(h.state, [cell(h, 1)], 'monocyte')),
    sign,
    'Ada',
    new Date(0),
  );
  const change = reclassify(signed.state, [cell(signed, 1)], 'basophil');
  expect(() => record(signed, change, '', new Date(0))).toThrow(/signed off by Ada/);
  expect(() => record(signed, undoEvent(signed)!, '', new Date(0))).toThrow(/locked/);
  // Another slide's images are free.
  expect(
    record(signed, reclassify(signed.state, [cell(signed, 2, 'b')], 'basophil'), '', new Date(0)).log,
  ).toHaveLength(3);
  // Nor does a second reading change what was signed.
  expect(record(signed, readAgain(signed.state, [cell(signed, 1)], 'basophil'), '', new Date(0)).log).toHaveLength(3);
  const open = record(signed, { kind: 'reopen', slide: '', images: ['a'], reason: 'a blast' }, 'Bo', new Date(0));
  expect(record(open, change, '', new Date(0)).log.map(({ kind }) => kind)).toEqual([
    'reclassify',
    'sign',
    'reopen',
    'reclassify',
  ]);
});

test('nothing is put on a signed slide, by hand or by undo; a log in which that happened is still read', () => {
  const sign: NewEvent = { kind: 'sign', slide: 's', images: ['a'], counts: { neutrophil: 3 }, unreviewed: 3 };
  const before = history(
    (h) => groupImages(h.state, ['a', 'b', 'c'], 's'),
    (h) => groupImages(h.state, ['b'], 'other'),
  );
  const signed = record(before, sign, 'Ada', new Date(0));
  const move = groupImages(signed.state, ['b'], 's');
  expect(() => record(signed, move, '', new Date(0))).toThrow(/Slide s was signed off by Ada/);
  expect(() => record(signed, undoEvent(signed)!, '', new Date(0))).toThrow(/locked/);
  expect(record(signed, groupImages(signed.state, ['c'], 'other'), '', new Date(0)).log).toHaveLength(4);
  // Images on no slide form one too.
  const unnamed = record(before, { ...sign, slide: '' }, '', new Date(0));
  expect(() => record(unnamed, groupImages(unnamed.state, ['b'], ''), '', new Date(0))).toThrow(/The unnamed slide/);

  const old = [...signed.log, { ...move, id: 4, at: '2026-01-01T00:00:00Z', who: '' }];
  const { state } = replay(old);
  expect(['a', 'b', 'c'].map((image) => isApart(state, image))).toEqual([false, true, true]);
});

test('what was signed is told from what stands: images added, images gone, another count', () => {
  const of = (id: string, ...types: ReviewCell['type'][]) => ({
    id,
    cells: types.map((type, i) => ({ type, touchesBorder: i === 0 })),
  });
  const [a, b] = [of('a', 'band', 'blast'), of('b', 'band')];
  const signature = { images: ['a', 'b'], counts: { band: 2, blast: 1 } };
  expect(sinceSigned(signature, [a, b], true)).toBeNull();
  const none = of('c');
  expect(sinceSigned(signature, [a, b, none], true)).toMatchObject({ added: ['c'], gone: [], recounted: false });
  expect(sinceSigned(signature, [a], true)).toEqual({
    ...{ added: [], gone: ['b'], recounted: false },
    counts: [
      { type: 'band', signed: 2, now: 1 },
      { type: 'blast', signed: 1, now: 1 },
    ],
  });
  const whole = sinceSigned(signature, [a, b], false)!;
  expect(whole).toMatchObject({ added: [], gone: [], recounted: true });
  expect(sinceSignedText(whole)).toMatch(/not the one that was signed: the signed images are counted otherwise/);
});

test('what does not fit is refused, and names the event', () => {
  const now = history(
    (h) => reclassify(h.state, [cell(h, 1)], 'monocyte'),
    (h) => reclassify(h.state, [cell(h, 1)], 'basophil'),
  );
  const [first, second] = now.log as [ReviewEvent, ReviewEvent];
  expect(() => replay([first, first])).toThrow(/event 2/);
  expect(() => replay([{ ...second, id: 1 }])).toThrow(/event 1: .*call/);
  expect(() => replay([{ id: 1, at: '', who: '', kind: 'undo', of: 3 }])).toThrow(/nothing like that/);
  expect(() => append(now, second)).toThrow(/not the next/);
  expect(isEdit(first)).toBe(true);
});

test('a log of a million events is refused in a sentence, at once', () => {
  const million = Array.from({ length: 1_000_000 }, () => ({}) as ReviewEvent);
  const started = performance.now();
  expect(() => replay(million)).toThrow(/1000000 events; at most 200000/);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('a type given to very many cells at once, and undone, costs their number and not its square', () => {
  const changes = Array.from({ length: 20_000 }, (_, i) => {
    return { image: 'a', cell: i + 1, field: 'call' as const, old: null, new: 'neutrophil' as const };
  });
  const before = history((h) => reclassify(h.state, [cell(h, 3, 'b')], 'monocyte'));
  const started = performance.now();
  const typed = record(before, { kind: 'reclassify', changes }, '', new Date(0));
  const undone = record(typed, undoEvent(typed)!, '', new Date(0));
  expect(performance.now() - started).toBeLessThan(3000);
  expect(Object.keys(typed.state.images.a?.cells ?? {})).toHaveLength(20_000);
  expect(typed.state.images.b).toBe(before.state.images.b);
  expect(undone.state).toEqual(before.state);
});

test('a new edit forgets what could have been redone', () => {
  let now = history((h) => reclassify(h.state, [cell(h, 1)], 'monocyte'));
  now = record(now, undoEvent(now)!, '', new Date(0));
  now = record(now, reclassify(now.state, [cell(now, 2)], 'monocyte'), '', new Date(0));
  expect(redoEvent(now)).toBeNull();
});

test('what stands of a log is what nothing took back; another page takes its own image\u2019s decisions alone', () => {
  const numbers = (h: History) => standingEdits(h.log).map(({ id }) => id);
  let now = history(
    (h) => reclassify(h.state, [cell(h, 1), cell(h, 2)], 'monocyte'),
    (h) => reclassify(h.state, [cell(h, 3, 'b')], 'monocyte'),
    (h) => deleteCells([cell(h, 2)]),
  );
  now = record(now, undoEvent(now)!, '', new Date(0));
  expect(numbers(now)).toEqual([1, 2]);
  now = record(now, redoEvent(now)!, '', new Date(0));
  expect(numbers(now)).toEqual([1, 2, 3]);
  expect(standingEdits(now.log)).toEqual(now.done);
  now = record(now, dropDecisions(now.state, 'a'), '', new Date(0));
  expect(numbers(now)).toEqual([2]);
});

test('logs of two visits are one log', () => {
  const edit = (image: string) => history((h) => reclassify(h.state, [cell(h, 3, image)], 'monocyte'));
  const [first, second] = [edit('a'), edit('b')];
  const undone = record(second, undoEvent(second)!, '', new Date(0));
  const both = replay(joined([...first.log, ...undone.log]));
  expect(both.log.map(({ id, kind }) => [id, kind])).toEqual([
    [1, 'reclassify'],
    [2, 'reclassify'],
    [3, 'undo'],
  ]);
  expect(both.state).toEqual(first.state);
  // What is decided after that is numbered on, and is joined no more.
  const more = record(both, reclassify(both.state, [cell(both, 4)], 'basophil'), '', new Date(0));
  expect(replay(joined([...first.log, ...undone.log, more.log[3]!]))).toEqual(more);
});

test('of a log with a gap, what fits is had again, numbered anew', () => {
  const [one, two, three, four] = history(
    (h) => reclassify(h.state, [cell(h, 1)], 'monocyte'),
    (h) => reclassify(h.state, [cell(h, 1)], 'basophil'),
    (h) => reclassify(h.state, [cell(h, 2)], 'eosinophil'),
    (h) => reclassify(h.state, [cell(h, 4)], 'blast'),
  ).log as ReviewEvent[];
  const undo: ReviewEvent = { id: 5, at: '', who: '', kind: 'undo', of: 4 };
  // The second starts from what the first had made; the others stand alone.
  expect(resumed([two!, three!, four!, undo])).toEqual({
    history: replay([
      { ...three!, id: 1 },
      { ...four!, id: 2 },
      { ...undo, id: 3, of: 2 },
    ]),
    leftOut: 1,
  });
  const more = history((h) => reclassify(h.state, [cell(h, 3, 'b')], 'monocyte')).log;
  expect(resumed([one!, three!, ...more]).history.log.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('what two visits said of one slide: the later word counts, and undone it is the earlier', () => {
  const first = history((h) => setWbc(h.state, '', 5));
  const second = history((h) => setWbc(h.state, '', 6));
  const both = resumed([...first.log, ...second.log]);
  expect(both.leftOut).toBe(0);
  expect(both.history.state.slides).toEqual({ '': { wbc: 6 } });
  const undone = record(both.history, undoEvent(both.history)!, '', new Date(0));
  expect(undone.state.slides).toEqual({ '': { wbc: 5 } });
  expect(replay(undone.log)).toEqual(undone);
});
