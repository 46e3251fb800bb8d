/** The saliency head: a small U-Net, each level's projection computed at the level below. */
import type { LayerOf, MapShape } from '../../plan/layers';
import { conv3, conv3Project, rise, saliencyTop } from '../kernels/saliencyHead';
import type { View } from '../program';
import { type Lowering, quads } from './lowering';

export function unet(l: Lowering, { from, to, down, up, last, out }: LayerOf<'unet'>): void {
  let { height, width } = l.shape(from);
  const [fullHeight, fullWidth] = [height, width];
  const levels = down.map((name, k) => {
    const shape = { height: fullHeight >> k, width: fullWidth >> k, channels: l.outputs(name) * 4 };
    return { name, shape, map: k < down.length - 1 ? l.map(name, shape) : null };
  });
  let source = l.view(from);
  for (const [k, { name, shape, map }] of levels.entries()) {
    const all = l.outputs(name);
    const source3 = {
      ...{ source, sourceStep: source.step, inputs: source.step, inHeight: height, inWidth: width },
      ...{ width: shape.width, weight: l.weight(name), bias: l.bias(name) },
    };
    ({ height, width } = shape);
    if (map) {
      // One tile for all levels: they are small, and each tile is a pipeline to compile.
      const tile = { px: 4, groups: k === 0 ? all : 1 };
      const threads = height * Math.ceil(width / tile.px) * (all / tile.groups);
      l.emit({
        kernel: conv3(tile, k === 0 ? 1 : 2),
        params: { ...source3, to: map, groups: all / tile.groups },
        threads,
      });
      source = map;
    } else {
      const projection = up.at(-1) as string;
      const channels = l.outputs(projection) * 4;
      const params = {
        ...{ ...source3, to: l.map(`${projection}.low`, { height, width, channels }) },
        ...{ projectWeight: l.weight(projection), projectBias: l.bias(projection) },
      };
      l.emit({ kernel: conv3Project({ px: 1, groups: all }, channels / 4), params, threads: height * width });
    }
  }
  for (let k = up.length - 1; k >= 1; k--) {
    const { shape, map } = levels[k] as { shape: MapShape; map: View };
    const projection = up[k - 1] as string;
    const channels = l.outputs(projection) * 4;
    const params = {
      ...{ low: l.view(`${up[k]}.low`), skip: map, width: shape.width },
      ...{ lowHeight: shape.height / 2, lowWidth: shape.width / 2 },
      to: l.map(`${projection}.low`, { ...shape, channels }),
      ...{ projectWeight: l.weight(projection), projectBias: l.bias(projection) },
    };
    const threads = shape.height * shape.width;
    l.emit({ kernel: rise(quads(shape.channels), channels / 4), params, threads });
  }
  const skip = l.view(down[0] as string);
  const cell = l.plane(to, fullHeight, fullWidth);
  // Two planes in one map, so that both come back as one part.
  l.sizes.set(to, quads(fullHeight * fullWidth) * 2);
  const tile = { px: 4, groups: l.outputs(last) };
  const params = {
    ...{ source: skip, sourceStep: skip.step, inputs: skip.step, inHeight: fullHeight, inWidth: fullWidth },
    ...{ width: fullWidth, weight: l.weight(last), bias: l.bias(last) },
    ...{ low: l.view(`${up[0]}.low`), lowHeight: fullHeight / 2, lowWidth: fullWidth / 2 },
    ...{ outWeight: l.weight(out), outBias: l.bias(out) },
    ...{ cell, core: { ...cell, offset: quads(fullHeight * fullWidth) } },
  };
  l.emit({ kernel: saliencyTop(tile), params, threads: (fullHeight * fullWidth) / tile.px });
}
