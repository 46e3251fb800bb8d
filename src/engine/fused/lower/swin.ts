/** A block of (shifted-)window attention and its perceptron. */
import type { LayerOf } from '../../plan/layers';
import { attention } from '../kernels/attention';
import { point } from './convolutions';
import type { Lowering } from './lowering';

export function swin(l: Lowering, { from, to, weights, shift }: LayerOf<'swin'>): void {
  const shape = l.shape(to);
  const { width: side, channels } = shape;
  const px = side * side;
  const temporary = (name: string, wide: number) => l.map(`${weights}.${name}`, { ...shape, channels: wide });
  const input = l.view(from);
  const qkv = temporary('qkv', 3 * channels);
  point(l, `${weights}.qkv`, input, qkv, px, { norm: true });
  const biases = l.array(`${weights}.bias`);
  const [kinds, heads, members] = biases.shape as [number, number, number];
  const mixed = temporary('mixed', channels);
  const params = { source: qkv, side, shift, heads, kinds, bias: l.values(`${weights}.bias`), to: mixed };
  l.emit({ kernel: attention(channels / heads / 4, Math.sqrt(members)), params, threads: px * heads });
  const attended = temporary('attended', channels);
  point(l, `${weights}.out`, mixed, attended, px, { residual: input });
  const wide = temporary('mlp', l.outputs(`${weights}.mlp1`) * 4);
  point(l, `${weights}.mlp1`, attended, wide, px, { norm: true, relu: true });
  point(l, `${weights}.mlp2`, wide, l.map(to, shape), px, { residual: attended });
}
