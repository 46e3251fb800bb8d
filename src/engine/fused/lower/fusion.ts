/** The cross-layer fusion: four scales added up, and the channels' gate. */
import type { LayerOf } from '../../plan/layers';
import { projectCoarse, sumScales } from '../kernels/fuse';
import { channelGate } from '../kernels/pool';
import type { View } from '../program';
import { type Lowering, quads } from './lowering';

export function crossLayerSum(l: Lowering, { from, to, projections, bias }: LayerOf<'crossLayerSum'>): void {
  const { width: side, height, channels } = l.shape(to);
  const outputs = quads(channels);
  const [finest, ...coarse] = from.map((name, k) => {
    const name3 = projections[k] as string;
    return { ...l.shape(name), view: l.view(name), weight: l.weight(name3), name: name3 };
  });
  if (!finest || coarse.length !== 3) throw new Error('the cross-layer sum takes four scales');
  const lows = coarse.map(({ height, width, name }) => l.map(`${name}.low`, { height, width, channels }));
  const counts = coarse.map(({ height, width }) => height * width);
  const tile = l.tile(
    counts.reduce((sum, n) => sum + n, 0),
    outputs,
  );
  const groups = outputs / tile.groups;
  const params: Record<string, number | View> = { groups };
  const sum: Record<string, number | View> = {};
  coarse.forEach(({ view, weight, width, height }, i) => {
    const k = i + 1;
    const low = lows[i] as View;
    Object.assign(params, {
      ...{
        [`source${k}`]: view,
        [`inputs${k}`]: view.step,
        [`weight${k}`]: weight,
        [`to${k}`]: low,
        [`px${k}`]: height * width,
      },
    });
    Object.assign(sum, { [`low${k}`]: low, [`side${k}`]: width });
  });
  l.emit({
    kernel: projectCoarse(tile),
    params,
    threads: counts.reduce((sum, n) => sum + Math.ceil(n / tile.px), 0) * groups,
  });
  const own = l.tile(height * side, outputs, side);
  Object.assign(sum, {
    ...{ source: finest.view, inputs: finest.view.step, side, groups: outputs / own.groups, weight: finest.weight },
    ...{ bias: l.values(bias), to: l.map(to, l.shape(to)) },
  });
  l.emit({ kernel: sumScales(own), params: sum, threads: ((height * side) / own.px) * (outputs / own.groups) });
}

export function eca(l: Lowering, { from, to, taps }: LayerOf<'eca'>): void {
  const { height, width, channels } = l.shape(from);
  const source = l.view(from);
  const gate = l.map(`${to}.gate`, { height: 1, width: 1, channels });
  const params = { source, px: height * width, taps: l.values(taps), to: gate };
  l.emit({ kernel: channelGate(quads(channels)), params, teams: 1 });
  l.views.set(to, source);
  l.gates.set(to, gate);
}
