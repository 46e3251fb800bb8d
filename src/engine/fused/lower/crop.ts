/** From a window of the image, or a crop, to its half and that one's saliency cues; from a field to its cues. */
import { gaussianTaps } from '../../kernels/blurRows.reference';
import type { LayerOf } from '../../plan/layers';
import { blurRows, cues as cuesKernel, densities, halve as halveKernel } from '../kernels/cues';
import { field as fieldKernel, HEADER, levels, window as windowKernel } from '../kernels/window';
import { type Lowering, WINDOW } from './lowering';

/** In place of `halve` where a run begins with windows of the image: crop, half and mean density at once, then its levels. */
export function window(l: Lowering, { from, standardisation }: LayerOf<'stem'>): void {
  const halve = l.plan.layers.find((layer) => layer.op === 'halve' && layer.from === from);
  if (halve?.op !== 'halve') throw new Error('the crop is halved before its cues');
  l.layer = 'window';
  l.sizes.set(WINDOW, HEADER);
  const { width, height } = l.shape(halve.to);
  const crop = l.view(from);
  const params = {
    ...{ source: { map: WINDOW, offset: 0, step: 1 }, width, crop },
    half: l.map(halve.to, l.shape(halve.to)),
    mean: l.plane(`${halve.to}.mean`, height, width),
  };
  l.emit({ kernel: windowKernel(), params, threads: (height * width) / 4, from: 'window' });
  const { gain, floor } = standardisation;
  const numbers = l.numbers.add('standardisation', () => Float32Array.of(gain, floor));
  l.emit({ kernel: levels(), params: { crop, px: width * height * 4, numbers }, teams: 1, from: 'window' });
}

export function halve(l: Lowering, { from, to }: LayerOf<'halve'>): void {
  const { width, height } = l.shape(to);
  const params = {
    source: l.view(from),
    width,
    to: l.map(to, l.shape(to)),
    mean: l.plane(`${to}.mean`, height, width),
  };
  l.emit({ kernel: halveKernel(), params, threads: (height * width) / 4, from: 'crop' });
}

export function cues(l: Lowering, { from, to }: LayerOf<'cues'>): void {
  const { height, width } = l.shape(from);
  const threads = (height * width) / 4;
  if (!l.views.has(`${from}.mean`)) {
    // The plan's input: a field.
    const mean = l.plane(`${from}.mean`, height, width);
    l.sizes.set(WINDOW, HEADER);
    const source = { map: WINDOW, offset: 0, step: 1 };
    l.emit({ kernel: fieldKernel(), params: { source, width, field: l.view(from), mean }, threads, from: 'window' });
    l.emit({ kernel: densities(), params: { source: l.view(from), mean }, threads, from: 'crop' });
  }
  const { sigmas, scales, unmixing } = l.constants;
  const [taps0, taps1] = sigmas.map((sigma) =>
    l.numbers.add(`taps ${sigma}`, () => Float32Array.from(gaussianTaps(sigma))),
  );
  const [radius0, radius1] = sigmas.map((sigma) => Math.ceil(3 * sigma));
  const constants = l.numbers.add('cues', () =>
    Float32Array.from([...scales, 0, 0, ...(unmixing[0] ?? []), 0, ...(unmixing[1] ?? []), 0]),
  );
  const blur = {
    radius0: radius0 as number,
    radius1: radius1 as number,
    taps0: taps0 as number,
    taps1: taps1 as number,
  };
  const mean = l.view(`${from}.mean`);
  const narrow = l.plane(`${from}.narrow`, height, width);
  const wide = l.plane(`${from}.wide`, height, width);
  l.emit({ kernel: blurRows(), params: { mean, width, ...blur, to0: narrow, to1: wide }, threads });
  const params = {
    ...{ source: l.view(from), mean, narrow, wide, width, height },
    ...{ ...blur, constants, to: l.map(to, l.shape(to)) },
  };
  l.emit({ kernel: cuesKernel(), params, threads });
}
