/** How much a plan has to compute and to move at least. */
import type { ModelArray } from '../../../src/engine/plan/arrays';
import type { Plan } from '../../../src/engine/plan/layers';

export interface Work {
  multiplyAdds: number;
  /** Weights, input and outputs once each, float32, for a batch of one. */
  weightBytes: number;
  imageBytes: number;
}

export function workOf(plan: Plan, array: (name: string) => ModelArray): Work {
  const px = (name: string) => {
    const shape = plan.maps.get(name);
    if (!shape) throw new Error(`no map ${name}`);
    return shape.height * shape.width;
  };
  const used = new Set<string>();
  let multiplyAdds = 0;
  const add = (name: string, times: number) => {
    used.add(name);
    multiplyAdds += array(`${name}.w`).values.length * times;
  };
  for (const layer of plan.layers) {
    switch (layer.op) {
      case 'unet':
        layer.down.forEach((name, k) => {
          add(name, px(layer.from) / 4 ** k);
        });
        layer.up.forEach((name, k) => {
          add(name, px(layer.from) / 4 ** (k + 1));
        });
        add(layer.last, px(layer.to));
        add(layer.out, px(layer.to));
        break;
      case 'mbconv':
        add(`${layer.weights}.expand`, px(layer.from));
        add(`${layer.weights}.depthwise`, px(layer.to));
        add(`${layer.weights}.project`, px(layer.to));
        break;
      case 'swin':
        for (const part of ['qkv', 'out', 'mlp1', 'mlp2']) add(`${layer.weights}.${part}`, px(layer.to));
        multiplyAdds += px(layer.to) * 2 * 16 * (plan.maps.get(layer.to)?.channels ?? 0);
        break;
      case 'crossLayerSum':
        layer.from.forEach((name, k) => {
          add(layer.projections[k] as string, px(name));
        });
        break;
      case 'resnext':
        for (const part of ['reduce', 'grouped', 'expand']) add(`${layer.weights}.${part}`, px(layer.to));
        break;
      case 'separable':
        add(layer.depth, px(layer.to));
        add(layer.point, px(layer.to));
        break;
      case 'logits':
        add(layer.weights, px(layer.from));
        break;
      case 'stem':
      case 'pointwise':
      case 'classify':
        add(layer.weights, px(layer.to));
        break;
      case 'gradCam':
        multiplyAdds += px(layer.to) * 8 * (plan.maps.get(layer.from)?.channels ?? 0);
        break;
    }
  }
  const weightBytes = 4 * [...used].reduce((sum, name) => sum + array(`${name}.w`).values.length, 0);
  const values = (name: string) => px(name) * (plan.maps.get(name)?.channels ?? 0);
  const imageBytes = 4 * [plan.input, ...plan.outputs].reduce((sum, name) => sum + values(name), 0);
  return { multiplyAdds, weightBytes, imageBytes };
}
