/** Which cells the gallery shows, in which order. */
import { CALL_TYPES, type CallType } from '../domain/cellType';
import { isUnseen, measuresOf, type ReviewCell } from '../domain/review/cells';
import { type CellOnImage, cellsOf, nucleusToCytoplasm, passes } from './cells';
import type { Reader } from './review';
import type { State } from './store';
import { type Limits, SORTS, type Sort } from './view';

export const SORT_NAMES: Record<Sort, string> = {
  confidence: 'confidence',
  consistency: 'consistency',
  area: 'area',
  ratio: 'N:C',
  circularity: 'circularity',
  solidity: 'solidity',
  lobes: 'lobes',
  diameter: 'nucleus size',
  place: 'position',
};

/** Sorted by these, cells tell what the model thought of them. */
const TELLING: readonly Sort[] = ['confidence', 'consistency'];
const BLIND_SORTS = SORTS.filter((sort) => !TELLING.includes(sort));

/** What whoever sits at the screen may sort by. */
export function sortsSeen(reader: Reader): readonly Sort[] {
  return reader === 'first' ? SORTS : BLIND_SORTS;
}

/** What the gallery is sorted by: one that may not be seen gives way to the cells' places. */
export function sortSeen({ sort, reader }: Pick<State, 'sort' | 'reader'>): Sort {
  return sortsSeen(reader).includes(sort) ? sort : 'place';
}

/** What cells are sorted by; NaN where it is not known, which comes last. */
export const SORT_VALUES: Record<Exclude<Sort, 'place'>, (cell: ReviewCell) => number> = {
  confidence: (cell) => (isUnseen(cell) ? Number.NaN : cell.confidence),
  consistency: (cell) => (isUnseen(cell) ? Number.NaN : cell.consistency),
  area: ({ areas }) => areas.cell,
  ratio: (cell) => nucleusToCytoplasm(cell) ?? Number.NaN,
  circularity: (cell) => measuresOf(cell)?.cell.circularity ?? Number.NaN,
  solidity: (cell) => measuresOf(cell)?.cell.solidity ?? Number.NaN,
  lobes: (cell) => measuresOf(cell)?.lobes ?? Number.NaN,
  diameter: (cell) => measuresOf(cell)?.nucleus?.equivalentDiameter ?? Number.NaN,
};

/** The same of a cell in its place among those given, which are by image and number. */
const sortedBy = (sort: Sort, cell: ReviewCell, place: number) => (sort === 'place' ? place : SORT_VALUES[sort](cell));

export function within({ confidence, consistency, areaFrom, areaTo, reviewed }: Limits, cell: ReviewCell): boolean {
  if (confidence !== null && !(SORT_VALUES.confidence(cell) <= confidence)) return false;
  if (consistency !== null && !(SORT_VALUES.consistency(cell) <= consistency)) return false;
  if (areaFrom !== null && cell.areas.cell < areaFrom) return false;
  if (areaTo !== null && cell.areas.cell > areaTo) return false;
  return reviewed === 'all' || (reviewed === 'reviewed') === (cell.by === 'person');
}

export interface CellGroup {
  type: CallType;
  cells: CellOnImage[];
}

/** Cells by type, in the types' order with the unidentified first; within a type by a value, lowest first. */
export function galleryGroups(cells: readonly CellOnImage[], sort: Sort = 'confidence', down = false): CellGroup[] {
  const order: CallType[] = ['unidentified', ...CALL_TYPES.filter((type) => type !== 'unidentified')];
  const groups = new Map<CallType, { value: number; entry: CellOnImage }[]>(order.map((type) => [type, []]));
  cells.forEach((entry, place) => {
    groups.get(entry.cell.type)?.push({ value: sortedBy(sort, entry.cell, place), entry });
  });
  return order.flatMap((type) => {
    const members = groups.get(type) ?? [];
    members.sort((a, b) => {
      if (Number.isNaN(a.value) || Number.isNaN(b.value))
        return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
      return (down ? b.value - a.value : a.value - b.value) || a.entry.cell.id - b.entry.cell.id;
    });
    return members.length > 0 ? [{ type, cells: members.map(({ entry }) => entry) }] : [];
  });
}

/** Cells in their order from the one that was picked before to this one: from the first of `before` that is among them, else this alone. */
export function range(order: readonly string[], to: string, ...before: (string | null)[]): string[] {
  const from = before.find((ref) => ref !== null && order.includes(ref)) ?? to;
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** What the gallery shows, in its order; a cell that is selected also where the filters would leave it out. */
export function galleryOrder(state: State): CellOnImage[] {
  const { images, galleryScope, selectedImage, selectedCell, typeFilter, limits, sortDown } = state;
  const of = images.filter(({ id, analysis }) => analysis && (galleryScope === 'all' || id === selectedImage));
  const shown = cellsOf(of, state).filter(
    ({ image, cell }) =>
      (passes(typeFilter, cell) && within(limits, cell)) || (image.id === selectedImage && cell.id === selectedCell),
  );
  return galleryGroups(shown, sortSeen(state), sortDown).flatMap(({ cells }) => cells);
}
