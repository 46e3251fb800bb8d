/** What a person does on the screen that needs no engine: selecting, walking, showing. */
import type { CallType, CellType } from '../domain/cellType';
import { passes } from './cells';
import type { PwaReport } from './engine';
import { galleryOrder } from './gallery';
import { leaveFor } from './leaving';
import { cellRef, cellsSeen, OUTLINES_STAY, toolShut } from './review';
import { type State, useStore } from './store';
import { type Layer, type Limits, type Panel, rememberView, type Theme, type Tool, type ViewSlice } from './view';

const set = (change: Partial<State> | ((state: State) => Partial<State>)) => useStore.setState(change);

/** Forgets what was chosen for the cell before; the pointer counts again when it moves. */
const newCell = { heatmapType: null, compareType: null, chosen: [], hovered: null };

export function selectImage(id: string | null): void {
  set((state) => {
    if (state.selectedImage === id) return {};
    const image = state.images.find((entry) => entry.id === id);
    const cell = cellsSeen(image, state).find((entry) => passes(state.typeFilter, entry));
    // What went wrong before is about another image; with the first one of a session it is about what was opened with it.
    const problem = state.selectedImage === null ? state.problem : null;
    return { selectedImage: id, selectedCell: cell?.id ?? null, problem, ...newCell };
  });
}

/** Selects a cell, on the selected image unless another is named. */
export function selectCell(cellId: number | null, imageId?: string): void {
  set((state) => {
    const image = imageId ?? state.selectedImage;
    // The same again still lets go of the others that were chosen.
    if (state.selectedCell === cellId && state.selectedImage === image) return { chosen: [], hovered: null };
    const problem = state.problem?.code === 'review-conflict' ? null : state.problem;
    return { selectedImage: image, selectedCell: cellId, problem, ...newCell };
  });
}

/** Adds a cell to those chosen together, or takes it out; the selected one is the first of them. */
export function chooseCell(cellId: number, imageId: string): void {
  set(({ chosen, selectedImage, selectedCell }) => {
    const ref = cellRef(imageId, cellId);
    const selected = selectedImage !== null && selectedCell !== null ? [cellRef(selectedImage, selectedCell)] : [];
    // By keyboard the cell that has the focus is selected already: choosing begins with it.
    if (chosen.length === 0 && selected.includes(ref)) return { chosen: selected };
    const before = chosen.length > 0 ? chosen : selected;
    return { chosen: before.includes(ref) ? before.filter((entry) => entry !== ref) : [...before, ref] };
  });
}

/** Chooses exactly these. */
export function chooseCells(refs: readonly string[]): void {
  set({ chosen: refs });
}

/** What the pointer is over; null where it is over no cell. */
export function hoverCell(ref: string | null): void {
  if (useStore.getState().hovered !== ref) set({ hovered: ref });
}

/** The next cell (or the one before) that the filter lets through, round at the ends; in the large gallery, of what it shows. */
/** The pointer has left a cell; it may be over another already. */
export function leaveCell(ref: string): void {
  set(({ hovered }) => (hovered === ref ? { hovered: null } : {}));
}

export function stepCell(by: 1 | -1): void {
  const state = useStore.getState();
  const { images, selectedImage, selectedCell, typeFilter } = state;
  const image = images.find(({ id }) => id === selectedImage);
  const cells = state.galleryLarge
    ? galleryOrder(state)
    : cellsSeen(image, state)
        .filter((cell) => passes(typeFilter, cell) || cell.id === selectedCell)
        .map((cell) => ({ image: { id: selectedImage ?? '' }, cell }));
  if (cells.length === 0) return;
  const at = cells.findIndex(({ image: { id }, cell }) => id === selectedImage && cell.id === selectedCell);
  const next = cells[at < 0 ? (by > 0 ? 0 : cells.length - 1) : (at + by + cells.length) % cells.length];
  if (next) selectCell(next.cell.id, next.image.id);
}

/** The next image in the list or the one before; stops at the ends. */
export function stepImage(by: 1 | -1): void {
  const { images, selectedImage } = useStore.getState();
  const at = images.findIndex(({ id }) => id === selectedImage);
  const next = images[at + by];
  if (next) selectImage(next.id);
}

/** Another filter, and with it goes what was said about the one before. */
function changeFilter(change: (state: State) => Partial<State>): void {
  set((state) => ({ ...change(state), notes: state.notes?.about === 'filter' ? null : state.notes }));
}

/** Shows one type only; the same again shows all. */
export function toggleFilter(type: CallType): void {
  changeFilter(({ typeFilter }) => ({ typeFilter: typeFilter === type ? null : type }));
}

export function showAllTypes(): void {
  changeFilter(() => ({ typeFilter: null }));
}

export function setHeatmapType(heatmapType: CellType): void {
  set({ heatmapType });
}

export function setCompareType(compareType: CellType | null): void {
  set({ compareType });
}

function changeView(change: Partial<ViewSlice>): void {
  set(change);
  rememberView(useStore.getState());
}

export function toggleLayer(layer: Layer): void {
  const { layers } = useStore.getState();
  changeView({ layers: { ...layers, [layer]: !layers[layer] } });
}

export function setOpacity(opacity: number): void {
  changeView({ opacity });
}

export function setTheme(theme: Theme): void {
  changeView({ theme });
}

export function setShortcuts(shortcuts: boolean): void {
  changeView({ shortcuts });
}

export function setGalleryScope(galleryScope: ViewSlice['galleryScope']): void {
  changeView({ galleryScope });
}

/** Says it no more, on later visits either, until there is another. */
export function putAwayReason(knownReason: string): void {
  changeView({ knownReason });
}

/** What is remembered of the gallery and the count. */
export function setPreference(
  change: Partial<Pick<ViewSlice, 'brush' | 'thumbSize' | 'sort' | 'sortDown' | 'target' | 'widen' | 'cellAlone'>>,
): void {
  changeView(change);
}

/** What the count dialog counts, until the page is left. */
export function setCountScope(countScope: string): void {
  set({ countScope });
}

export function setLimits(limits: Partial<Limits>): void {
  changeFilter((state) => ({ limits: { ...state.limits, ...limits } }));
}

/** Takes a tool in hand; of those that change outlines none while the second reading is on, which is of cells as they are. */
export function setTool(tool: Tool): void {
  if (toolShut({ tool, reader: useStore.getState().reader })) set({ passing: { text: OUTLINES_STAY } });
  else set({ tool });
}

export function setPanel(panel: Panel | null): void {
  set({ panel });
}

export function toggleGallery(): void {
  // What the pointer was over goes with the view.
  set((state) => ({ galleryLarge: !state.galleryLarge, hovered: null }));
}

/** From the gallery to the cell in its field. */
export function showInField(cellId: number, imageId: string): void {
  selectCell(cellId, imageId);
  set({ galleryLarge: false, hovered: null });
}

export function setCountBorder(countBorder: boolean): void {
  changeView({ countBorder });
}

export function setHelpOpen(helpOpen: boolean): void {
  set({ helpOpen });
}

/** Takes what pwa/register reports; a new version is let in once what is open is on disk. */
export function setPwa({ update, ...state }: PwaReport): void {
  set({ ...state, update: update && (() => void leaveFor(update)) });
}

export function setOnline(online: boolean): void {
  set({ online });
}
