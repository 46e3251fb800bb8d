/** One colour a type, shared by the page's outlines and the engine's mask layer. */
import type { CallType } from './cellType';

/**
 * sRGB hex. The model's types have the eight hues of Okabe and Ito (2008), which stay apart under the common
 * colour-vision deficiencies; a type that only a person names has a lighter or darker step of its lineage's hue. Each is
 * always shown with the type's letters and shape, never alone.
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
  band: '#a3d8f5',
  metamyelocyte: '#e5b3cf',
  myelocyte: '#d893bb',
  promyelocyte: '#b9678f',
  blast: '#f2c9de',
  reactive_lymphocyte: '#66cdb0',
  plasma_cell: '#b3e6d6',
  smudge: '#c9c3b5',
  giant_platelet: '#c4c4c4',
  artefact: '#b0a890',
  unidentified: '#ffffff',
  not_a_cell: '#8a8a8a',
};
