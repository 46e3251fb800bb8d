// The report says one thing once: what it counts is what stands, and every count in it is of the same cells.
import { expect, test } from 'vitest';
import { encodeMask, maskAreas } from '../domain/mask';
import { deleteCells, type Edit, readAgain, reclassify } from '../domain/review/edits';
import { EMPTY_HISTORY, record, undoEvent } from '../domain/review/history';
import { exampleSession } from './example.fixture';
import { type AnalysedImage, analysedOf, type ExportSession } from './input';
import { report, timeText } from './report';

const example = exampleSession();
const [, image] = analysedOf(example);

/** A session of some images on the unnamed slide, with what is given in place of the example's. */
function sessionOf(images: readonly AnalysedImage[], more: Partial<ExportSession> = {}): ExportSession {
  const none = { signatures: [], state: { ...example.state, events: [] } };
  return { ...example, ...none, images: images.map((entry) => ({ ...entry, slide: '', signed: false })), ...more };
}
const section = (page: string, heading: string) =>
  new RegExp(`<h2>${heading}</h2>(.*?)(?=<h2>)`, 's').exec(page)?.[1] ?? '';
const headings = (page: string) => [...section(page, 'Count').matchAll(/<h3>(.*?)<\/h3>/g)].map(([, text]) => text);

test('a single slide is counted once, and says whether it is signed off', () => {
  const page = report(sessionOf([image!]));
  expect(headings(page)).toEqual(['The whole session']);
  expect(page).toContain('Not signed off.');
  const named = { ...sessionOf([]), images: [{ ...image!, slide: 's 1' }] };
  expect(headings(report(named))).toEqual(['Slide s 1']);
  expect(headings(report({ ...named, images: [...named.images, { ...image!, id: 'more', slide: '' }] }))).toEqual([
    'Slide s 1',
    'The unnamed slide',
    'All 2 slides together',
  ]);
});

test('what the absolute counts are of is said, and what all shares come to', () => {
  const page = report(sessionOf([twoCells()], { wbc: { '': 6.5 } }));
  expect(section(page, 'Count')).toContain(
    'shares of the analyser\u2019s white-cell count that was typed in, 6.5 \u00d7 10\u2079/l',
  );
  expect(section(page, 'Count')).toMatch(/<td>All of them<\/td><td>2<\/td><td>\d<\/td><td>100 %<\/td><td>6.5<\/td>/);
  expect(section(report(sessionOf([twoCells()])), 'Count')).not.toContain('analyser');
});

test('the changes that are counted are those that stand: an undone deletion is none, five cells deleted at once are five', () => {
  const at = new Date(0);
  const placed = image!.cells.slice(0, 6).map((cell) => ({ image: image!.id, cell }));
  let now = record(EMPTY_HISTORY, deleteCells(placed.slice(0, 1)), '', at);
  expect(changesIn(now.log)).toContain('1 cell deleted');
  now = record(now, undoEvent(now)!, '', at);
  expect(changesIn(now.log)).toContain('0 cells deleted');
  expect(changesIn(now.log)).toContain('1 step undone');
  now = record(now, deleteCells(placed.slice(1)), '', at);
  expect(changesIn(now.log)).toContain('5 cells deleted');
  // Of images that are no longer listed nothing is said.
  expect(changesIn(now.log, [])).toContain('0 cells deleted');
});
test('an outline that annotations changed is a changed outline', () => {
  const [cell] = image!.cells;
  const { box, mask } = cell!;
  const shape = { box, mask };
  const place = { image: image!.id, cell: cell!.id };
  const edit = { kind: 'import' as const, changes: [{ ...place, field: 'shape' as const, old: null, new: shape }] };
  expect(changesIn(record(EMPTY_HISTORY, edit, '', new Date(0)).log)).toContain('1 outline changed');
});

const changesIn = (events: ExportSession['state']['events'], images = [image!]) =>
  section(report(sessionOf(images, { state: { ...example.state, events } })), 'Changes from the model to people');

/** Two cells of one type, one of them cut by the border, of 4 and 9 px. */
const twoCells = (): AnalysedImage => ({
  ...image!,
  cells: [2, 3].map((side, i) => {
    const mask = encodeMask(new Uint8Array(side * side).fill(1), side, side);
    return { ...image!.cells[i]!, type: 'monocyte' as const, mask, areas: maskAreas(mask), touchesBorder: i === 1 };
  }),
});

test('cells that the border cuts are left out of every number, or said beside it', () => {
  const page = report(sessionOf([twoCells()], { countBorder: false }));
  expect(section(page, 'Cells')).toContain('Monocyte (1 + 1 cut by a border)');
  expect(section(page, 'Images')).toContain('<td>1 + 1 cut by a border</td>');
  expect(section(page, 'Measures by type')).toContain('<td>Monocyte</td><td>1</td><td>4.0 (4.0 to 4.0)</td>');
  const all = report(sessionOf([twoCells()]));
  expect(section(all, 'Cells')).toContain('Monocyte (2)');
  expect(section(all, 'Measures by type')).toContain('<td>Monocyte</td><td>2</td><td>6.5 (5.3 to 7.8)</td>');
  // Neither has a nucleus, and so no lobes.
  expect(section(all, 'Measures by type')).toMatch(/<td>\u2013<\/td><\/tr><\/tbody>/);
});

test('areas are pooled over images whose areas can be compared alone, and what is left out is said', () => {
  const of = (...images: AnalysedImage[]) => section(report(sessionOf(images)), 'Measures by type');
  const scaled = { ...twoCells(), scale: { umPerPx: 0.5, source: 'typed' as const } };
  const bare = { ...twoCells(), id: 'bare', scale: null };
  const wide = { ...bare, id: 'wide', analysis: { ...bare.analysis, width: 2 * bare.analysis.width } };
  // 4 and 9 px of the image with a scale; the others only in what has no unit.
  expect(of(scaled, bare, wide)).toContain('<td>Monocyte</td><td>6</td><td>1.6 (1.3 to 1.9)</td>');
  expect(of(scaled, bare, wide)).toContain('Cell area, µm²');
  expect(of(scaled, bare, wide)).toContain('4 cells of images without one are left out');
  expect(of(scaled, scaled)).not.toContain('left out');
  expect(of(bare, wide)).toContain('Cell area, px');
  expect(of(bare, wide)).toContain('images of different size or magnification are mixed');
  expect(of(bare, { ...bare, id: 'same' })).not.toContain('mixed');
});

test('a second reading is in the report: who, how many, how far they agree, and where not', () => {
  expect(report(sessionOf([image!].map((entry) => ({ ...entry, cells: entry.cells.slice(0, 1) }))))).not.toContain(
    'Second reading',
  );
  const types = [
    ['neutrophil', 'neutrophil'],
    ['monocyte', 'lymphocyte'],
    ['monocyte', 'lymphocyte'],
    ['lymphocyte', 'lymphocyte'],
    ['band', null],
  ] as const;
  const cells = types.map(([type, second], i) => ({ ...image!.cells[i]!, type, second, by: 'person' as const }));
  const alone = { ...image!.cells[5]!, second: 'monocyte' as const, by: 'model' as const };
  let now = EMPTY_HISTORY;
  const placed = (i: number) => [{ image: image!.id, cell: image!.cells[i]! }];
  const act = (edit: Edit, who: string) => {
    now = record(now, edit, who, new Date(0));
  };
  for (const [i, [type]] of types.entries()) act(reclassify(now.state, placed(i), type), 'Al');
  for (const [i, [, second]] of types.entries()) if (second) act(readAgain(now.state, placed(i), second), 'Bo <b>');
  act(readAgain(now.state, placed(5), 'monocyte'), 'Bo <b>');
  const pageOf = () =>
    report(sessionOf([{ ...image!, cells: [...cells, alone] }], { state: { ...example.state, events: now.log } }));
  const page = pageOf();
  const said = section(page, 'Second reading');
  expect(said).toContain('Read second by Bo &lt;b&gt;');
  expect(said).toContain('4 cells read twice, 2 alike (50.0 %). Cohen’s kappa 0.333 (95 % -0.');
  expect(said).toContain('One cell of the second reading had only the model’s type then.');
  expect(said.match(/<tbody>.*<\/tbody>/)?.[0]).toBe(
    '<tbody><tr><td>Monocyte</td><td>Lymphocyte</td><td>2</td></tr></tbody>',
  );
  // Settled afterwards, the cases are no agreement of two who did not know of each other.
  for (const i of [1, 2]) {
    act(reclassify(now.state, placed(i), 'lymphocyte'), 'Al');
    cells[i] = { ...cells[i]!, type: 'lymphocyte' };
  }
  const settled = section(pageOf(), 'Second reading');
  expect(settled).toContain('4 cells read twice, 2 alike (50.0 %). Cohen’s kappa 0.333 (95 % -0.');
  expect(settled).toContain('2 cells read twice have another type by now: here the first reader’s of before counts.');
});

test('times are as people write them, with their zone', () => {
  expect(timeText('2026-11-23T08:00:00.000Z')).toMatch(/^2[234] Nov 2026, \d\d:\d\d [A-Z]/);
  expect(timeText('')).toBe('');
  expect(report(example)).not.toMatch(/\d\dT\d\d:\d\d/);
});

test('pictures of cells of several images name their file, and headings break between words alone', () => {
  const pictures = Object.fromEntries(image!.cells.map(({ id }) => [id, { thumb: new Uint8Array(1) }]));
  const one = { ...image!, pictures } as AnalysedImage;
  const other = { ...one, id: 'more', file: 'other & more.png' };
  const captions = (...images: AnalysedImage[]) =>
    [...report(sessionOf(images)).matchAll(/<figcaption>(.*?)<\/figcaption>/g)].map(([, text]) => text);
  expect(captions(one).length).toBeGreaterThan(0);
  for (const text of captions(one)) expect(text).toMatch(/^\d+( ✓)?$/);
  expect(captions(one, other)).toContainEqual(expect.stringMatching(/^other &amp; more\.png, \d+/));
  expect(report(example)).not.toMatch(/th[^{}]*\{[^}]*overflow-wrap/);
});
