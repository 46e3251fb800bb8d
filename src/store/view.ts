/** Slice: how things are shown. Theme and layers are remembered between visits. */
import type { CellType } from '../domain/cellType';

export const LAYERS = ['original', 'saliency', 'masks', 'gradcam', 'outlines'] as const;
export type Layer = (typeof LAYERS)[number];
export type Theme = 'system' | 'light' | 'dark';
/** What a drag in the viewer does; 'look' pans and selects. */
export const TOOLS = ['look', 'add', 'brush', 'nucleus', 'erase', 'ruler'] as const;
export type Tool = (typeof TOOLS)[number];
/** Those that change outlines or add them. */
export const SHAPING: readonly Tool[] = ['add', 'brush', 'nucleus', 'erase'];
/** What lies over the screen. */
export type Panel = 'count' | 'readers' | 'compare' | 'log' | 'palette';
export const SORTS = [
  'confidence',
  'consistency',
  'area',
  'ratio',
  'circularity',
  'solidity',
  'lobes',
  'diameter',
  'place',
] as const;
export type Sort = (typeof SORTS)[number];

/** What the gallery lets through; null: no limit. */
export interface Limits {
  /** Confidence at most, 0 to 1. */
  confidence: number | null;
  consistency: number | null;
  /** Area of the cell at least and at most, px. */
  areaFrom: number | null;
  areaTo: number | null;
  reviewed: 'all' | 'reviewed' | 'unreviewed';
}
export const NO_LIMITS: Limits = { confidence: null, consistency: null, areaFrom: null, areaTo: null, reviewed: 'all' };

export interface ViewSlice {
  layers: Record<Layer, boolean>;
  /** Of the overlays over the original, and of the heatmap over its crop; 0 to 1. */
  opacity: number;
  /** Type whose heatmap is shown for the selected cell; null: the cell's own. */
  heatmapType: CellType | null;
  /** The cell's close-up is the photograph, without heatmap and outline. */
  cellAlone: boolean;
  /** Second type beside it; null: none. */
  compareType: CellType | null;
  theme: Theme;
  /** Single-key shortcuts (WCAG 2.1.4 asks that they can be turned off). */
  shortcuts: boolean;
  helpOpen: boolean;
  /** Every file is a crop of one centred cell. */
  cropMode: boolean;
  galleryScope: 'image' | 'all';
  tool: Tool;
  /** Radius of brush and eraser, px of the image. */
  brush: number;
  panel: Panel | null;
  /** The gallery takes the middle of the screen, in place of the viewer. */
  galleryLarge: boolean;
  /** Side of a thumbnail, CSS px. */
  thumbSize: number;
  sort: Sort;
  sortDown: boolean;
  limits: Limits;
  /** What the count dialog counts: 'all', 'image', or 'slide/<name>'. */
  countScope: string;
  /** White cells to be counted. */
  target: 100 | 200 | 400;
  /** Intervals widened by the classifier's own uncertainty. */
  widen: boolean;
  /** Cells cut by the image's border are in the count. */
  countBorder: boolean;
  /** Why the engine is slower than it might be, as a person has been told and has put away. */
  knownReason: string;
}

export const viewInitial: ViewSlice = {
  layers: { original: true, saliency: false, masks: false, gradcam: false, outlines: true },
  opacity: 0.6,
  heatmapType: null,
  cellAlone: false,
  compareType: null,
  theme: 'system',
  shortcuts: true,
  helpOpen: false,
  cropMode: false,
  galleryScope: 'image',
  tool: 'look',
  brush: 6,
  panel: null,
  galleryLarge: false,
  thumbSize: 60,
  sort: 'confidence',
  sortDown: false,
  limits: NO_LIMITS,
  countScope: 'all',
  target: 100,
  widen: false,
  countBorder: true,
  knownReason: '',
};

const KEY = 'leukolens.view';
const KEPT = [
  ...(['layers', 'opacity', 'theme', 'shortcuts', 'galleryScope', 'countBorder', 'brush', 'thumbSize'] as const),
  ...(['sort', 'sortDown', 'target', 'widen', 'knownReason', 'cellAlone'] as const),
] as const;

/** What an earlier visit left; anything unreadable counts as nothing. */
export function rememberedView(): Partial<ViewSlice> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const known = Object.entries(stored).filter(
      ([key, value]) =>
        KEPT.some((kept) => kept === key) && typeof value === typeof viewInitial[key as keyof ViewSlice],
    );
    const view = Object.fromEntries(known) as Partial<ViewSlice>;
    return view.layers ? { ...view, layers: { ...viewInitial.layers, ...view.layers } } : view;
  } catch {
    return {};
  }
}

export function rememberView(view: ViewSlice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(KEPT.map((key) => [key, view[key]]))));
  } catch {
    // A browser that stores nothing loses a preference, no more.
  }
}
