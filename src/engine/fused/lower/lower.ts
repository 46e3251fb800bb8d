/** Turns the list of layers (plan/layers.ts) into dispatches, several layers a dispatch where one kernel can do them. */
import type { CueConstants } from '../../manifest';
import type { ModelArray } from '../../plan/arrays';
import type { Layer, LayerOf, Plan } from '../../plan/layers';
import { type Program, toHalves, type View } from '../program';
import { mbconv, resnext, separable, stem } from './convolutions';
import { cues, halve, window } from './crop';
import { crossLayerSum, eca } from './fusion';
import { head, logits, pointwise } from './heads';
import { Lowering, type Tuning, WINDOW } from './lowering';
import { unet } from './saliency';
import { swin } from './swin';

export interface Lowered {
  program: Program;
  /** Where each map of the plan lies: also those that the fused path does not store as they are. */
  views: Map<string, View>;
}

type Lower<Op extends Layer['op']> = (lowering: Lowering, layer: LayerOf<Op>) => void;

/** The layers that one function lowers alone. */
const ALONE = { halve, cues, unet, stem, mbconv, swin, crossLayerSum, resnext, eca, separable, logits } satisfies {
  [Op in Layer['op']]?: Lower<Op>;
};

const isAlone = (op: Layer['op']): op is keyof typeof ALONE => op in ALONE;

function run(lowering: Lowering): void {
  const layers = [...lowering.plan.layers];
  const first = layers.find((layer) => layer.op === 'stem');
  if (first) window(lowering, first);
  for (let layer = layers.shift(); layer; layer = layers.shift()) {
    lowering.layer = 'weights' in layer ? `${layer.op} ${layer.weights}` : layer.op;
    if (isAlone(layer.op)) {
      (ALONE[layer.op] as Lower<typeof layer.op>)(lowering, layer as LayerOf<typeof layer.op>);
    } else if (layer.op === 'pointwise') {
      const { from } = layer;
      const same = [layer];
      while (layers[0]?.op === 'pointwise' && layers[0].from === from)
        same.push(layers.shift() as LayerOf<'pointwise'>);
      pointwise(lowering, same);
    } else if (layer.op === 'poolWeights') {
      const [pool, classify, gradCam] = layers.splice(0, 3);
      if (pool?.op !== 'pool' || classify?.op !== 'classify' || gradCam?.op !== 'gradCam') {
        throw new Error('pooling, types and Grad-CAMs are one dispatch and must follow each other');
      }
      head(lowering, layer, pool, classify, gradCam);
    } else {
      throw new Error(`no fused form of ${layer.op} alone`);
    }
  }
}
/** array: the model's arrays by name. */
export function lower(
  plan: Plan,
  array: (name: string) => ModelArray,
  constants: CueConstants,
  tuning: Tuning,
): Lowered {
  const lowering = new Lowering(plan, array, constants, tuning);
  run(lowering);
  const program: Program = {
    dispatches: lowering.dispatches,
    maps: lowering.sizes,
    inputs: { crop: plan.input, window: lowering.sizes.has(WINDOW) ? WINDOW : plan.input },
    outputs: plan.outputs,
    filters: tuning.storage === 'f32' ? lowering.pack.packed() : toHalves(lowering.pack.packed()),
    storage: tuning.storage,
    constants: lowering.numbers.packed(),
  };
  return { program, views: lowering.views };
}
