// Single rules of the event log: what stands, what a signature locks, what of a log is read again.
import { expect, test } from 'vitest';
import { maskAreas } from '../mask';
import { isUnseen, type ReviewCell, reviewCells } from './cells';
import {
  confirm,
  deleteCells,
  dropDecisions,
  type Edit,
  groupImages,
  type Placed,
  readAgain,
  reclassify,
  remake,
  setWbc,
} from './edits';
import { EMPTY_REVIEW, isEdit, type NewEvent, type ReviewEvent } from './events';
import { append, EMPTY_HISTORY, type History, joined, record, redoEvent, replay, resumed, undoEvent } from './history';
import { cellsOf, EXTENT, found, redoAll, undoAll } from './scene.fixture';
import { readLog, writeLog } from './serial';
import { cut, union } from './shape';
import { isApart, sinceSigned, sinceSignedText } from './signed';

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

test('the model has said nothing of a cell that a person made of others; what a person said of all of them stays', () => {
  let now = history((h) => remake('split', [cell(h, 1)], cut(cell(h, 1).cell), 5, EXTENT));
  const half = cell(now, 5).cell;
  expect(isUnseen(half)).toBe(true);
  expect(half).toMatchObject({ type: 'unidentified', by: 'model', parents: [1], attributes: [] });
  expect([half.consistency, half.novelty]).toEqual([Number.NaN, Number.NaN]);
  now = record(now, reclassify(now.state, [cell(now, 5), cell(now, 6)], 'monocyte'), '', new Date(0));
  const both = [cell(now, 5), cell(now, 6)];
  now = record(now, remake('merge', both, [union(both.map((one) => one.cell))!], 7, EXTENT), '', new Date(0));
  expect(cell(now, 7).cell).toMatchObject({ type: 'monocyte', by: 'person', modelCall: 'unidentified' });
  expect(now.log.at(-1)).not.toHaveProperty('changes.3.model');
});

test('in logs of before a half holds the whole\u2019s confidence: its type stays as it was counted, the rest is not shown', () => {
  const made = { ...found.get('a')![0]!, id: 9, origin: 'split' as const, parents: [1] };
  const old = reviewCells([], { cells: { 9: { made } } }, EXTENT)[0]!;
  expect(isUnseen(old)).toBe(true);
  expect(old).toMatchObject({
    type: 'neutrophil',
    modelCall: 'neutrophil',
    confidence: 1 / 8,
    consistency: Number.NaN,
  });
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

test('another page takes its own image\u2019s decisions out of what can be undone, and nothing else', () => {
  let now = history(
    (h) => reclassify(h.state, [cell(h, 1), cell(h, 3, 'b')], 'monocyte'),
    (h) => groupImages(h.state, ['a'], 's'),
    (h) => deleteCells([cell(h, 2)]),
    (h) => reclassify(h.state, [cell(h, 4, 'b')], 'monocyte'),
  );
  now = record(now, undoEvent(now)!, '', new Date(0));
  now = record(now, dropDecisions(now.state, 'a'), '', new Date(0));
  expect(now.done.map(({ id, changes }) => [id, changes.length])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  // An edit like any other, it ends what could have been redone.
  expect(redoEvent(now)).toBeNull();
  // The cell of that number is another one now.
  now = record(now, reclassify(now.state, [cell(now, 1)], 'basophil'), '', new Date(0));
  for (const _ of now.done) now = record(now, undoEvent(now)!, '', new Date(0));
  expect(now.state).toEqual(EMPTY_REVIEW);
  now = redoAll(now);
  expect([cell(now, 1), cell(now, 2), cell(now, 3, 'b')].map(({ cell: { type } }) => type)).toEqual([
    'basophil',
    'neutrophil',
    'monocyte',
  ]);
  expect(now.state.images.a?.slide).toBe('s');
  expect(replay(now.log)).toEqual(now);
});

test('a removed image takes what was decided about it, also from what can be undone or done again', () => {
  let now = history(
    (h) => reclassify(h.state, [cell(h, 1), cell(h, 3, 'b')], 'monocyte'),
    (h) => groupImages(h.state, ['a'], 's'),
    (h) => reclassify(h.state, [cell(h, 2), cell(h, 4, 'b')], 'basophil'),
  );
  now = record(now, undoEvent(now)!, '', new Date(0));
  now = record(now, { kind: 'remove', image: 'a', file: 'a.png' }, 'Ada', new Date(0));
  expect(now.log.at(-1)).toMatchObject({ id: 5, who: 'Ada', kind: 'remove', image: 'a', file: 'a.png' });
  expect(now.state.images.a).toBeUndefined();
  expect(now.done.map(({ id }) => id)).toEqual([1]);
  now = redoAll(now);
  expect(cell(now, 4, 'b').cell.type).toBe('basophil');
  expect(replay(now.log)).toEqual(now);
  expect(undoAll(now).state).toEqual(EMPTY_REVIEW);
  const sign: NewEvent = { kind: 'sign', slide: '', images: ['b'], counts: {}, unreviewed: 0 };
  const signed = record(now, sign, '', new Date(0));
  expect(() => record(signed, { kind: 'remove', image: 'b', file: 'b.png' }, '', new Date(0))).toThrow(/locked/);
});

test('the last image of a slide takes the analyser\u2019s count along, also from what can be undone', () => {
  let now = history(
    (h) => groupImages(h.state, ['a', 'b'], 'before'),
    (h) => setWbc(h.state, 'before', 42),
    (h) => groupImages(h.state, ['a', 'b'], 's'),
  );
  expect(now.state.slides).toEqual({ s: { wbc: 42 } });
  now = record(now, { kind: 'remove', image: 'a', file: 'a.png' }, '', new Date(0));
  expect(now.state.slides).toEqual({ s: { wbc: 42 } });
  now = record(now, { kind: 'remove', image: 'b', file: 'b.png', emptied: 's' }, '', new Date(0));
  expect(now.state.slides).toEqual({});
  expect(replay(now.log)).toEqual(now);
  expect(readLog(JSON.parse(JSON.stringify(writeLog(now.log))))).toEqual(now);
  while (now.done.length > 0) now = record(now, undoEvent(now)!, '', new Date(0));
  expect(now.state.slides.s).toBeUndefined();
});

test('of a cell that an eyepiece\u2019s edge cuts, the part at the edge is still cut by it, and what it is merged into', () => {
  const now = EMPTY_HISTORY;
  const [one] = [cell(now, 1)];
  // Beside the middle of a wide image, so that one half is farther out than the other; the image's own edge is not reached.
  const wide = { width: 4 * one.cell.box.x1, height: one.cell.box.y0 + one.cell.box.y1 };
  const round = { ...one, cell: { ...one.cell, touchesBorder: true } };
  const made = (edit: ReturnType<typeof remake>) =>
    edit.changes.flatMap((c) => (c.field === 'made' && c.new ? [c.new] : []));
  const parts = made(remake('split', [round], cut(round.cell), 5, wide));
  expect(parts).toHaveLength(2);
  expect(parts.filter(({ touchesBorder }) => touchesBorder)).toHaveLength(1);
  expect(made(remake('split', [one], cut(one.cell), 5, wide)).some(({ touchesBorder }) => touchesBorder)).toBe(false);
  const whole = made(remake('merge', [round, cell(now, 2)], [union([round.cell, cell(now, 2).cell])!], 7, wide));
  expect(whole.map(({ touchesBorder }) => touchesBorder)).toEqual([true]);
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
