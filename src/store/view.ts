/** Slice: how things are shown. Theme and layers are remembered between visits. */
import type { CellType } from '../domain/cellType';

export const LAYERS = ['original', 'saliency', 'masks', 'gradcam', 'outlines'] as const;
export type Layer = (typeof LAYERS)[number];
export type Theme = 'system' | 'light' | 'dark';

export interface ViewSlice {
  layers: Record<Layer, boolean>;
  /** Of the overlays over the original, and of the heatmap over its crop; 0 to 1. */
  opacity: number;
  /** Type whose heatmap is shown for the selected cell; null: the cell's own. */
  heatmapType: CellType | null;
  /** Second type beside it; null: none. */
  compareType: CellType | null;
  theme: Theme;
  /** Single-key shortcuts (WCAG 2.1.4 asks that they can be turned off). */
  shortcuts: boolean;
  helpOpen: boolean;
  /** Every file is a crop of one centred cell. */
  cropMode: boolean;
  galleryScope: 'image' | 'all';
  /** Cells cut by the image's border are in the count. */
  countBorder: boolean;
}

export const viewInitial: ViewSlice = {
  layers: { original: true, saliency: false, masks: false, gradcam: false, outlines: true },
  opacity: 0.6,
  heatmapType: null,
  compareType: null,
  theme: 'system',
  shortcuts: true,
  helpOpen: false,
  cropMode: false,
  galleryScope: 'image',
  countBorder: true,
};

const KEY = 'leukolens.view';
const KEPT = ['layers', 'opacity', 'theme', 'shortcuts', 'galleryScope', 'countBorder'] as const;

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
