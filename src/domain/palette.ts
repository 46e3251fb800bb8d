/** One colour a type, shared by the page's outlines and the engine's mask layer. */
import type { CallType } from './cellType';

/**
 * sRGB hex. The eight hues of Okabe and Ito (2008), which stay apart under the common colour-vision deficiencies; each
 * is always shown with the type's letter and shape, never alone.
 */
export const TYPE_COLORS: Record<CallType, string> = {
  neutrophil: '#56b4e9',
  eosinophil: '#d55e00',
  basophil: '#0072b2',
  lymphocyte: '#009e73',
  monocyte: '#f0e442',
  immature_granulocyte: '#cc79a7',
  erythroblast: '#e69f00',
  platelet: '#9a9a9a',
  unidentified: '#ffffff',
};
