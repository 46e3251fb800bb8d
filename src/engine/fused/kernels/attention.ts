/** Window attention of Swin; the cyclic shift and the windows are indices alone. */
import { each, type Kernel, kernel } from '../kernel';

const FIELDS = ['source', 'side', 'shift', 'heads', 'kinds', 'bias', 'to'] as const;

/**
 * from [side * side, 3 x heads x depth x 4] (q, already scaled, k, v) -> to [side * side, heads x depth x 4]; bias
 * [kinds, heads, window^2, window^2] with kinds 1 or the windows of a map; `window` px a side. Threads: tokens times heads.
 */
export function attention(depth: number, window: number): Kernel {
  const members = window * window;
  const body = `
  let head = t % p.heads;
  let token = t / p.heads;
  let channels = p.heads * ${depth};
  let y = (token / p.side + p.side - p.shift) % p.side;
  let x = (token % p.side + p.side - p.shift) % p.side;
  let across = p.side / ${window};
  let window = (y / ${window}) * across + x / ${window};
  let inside = (y % ${window}) * ${window} + x % ${window};
  let q = base + p.source + token * 3 * channels + head * ${depth};
  ${each(depth, (d) => `let q${d} = arena[q + ${d}]; var m${d} = vec4<f32>(0.0);`)}
  let bias = (((window % p.kinds) * p.heads + head) * ${members} + inside) * ${members};
  var high = -1e30;
  var total = 0.0;
  for (var k = 0; k < ${members}; k++) {
    let ky = ((window / across) * ${window} + k / ${window} + p.shift) % p.side;
    let kx = ((window % across) * ${window} + k % ${window} + p.shift) % p.side;
    let key = base + p.source + (ky * p.side + kx) * 3 * channels + channels + head * ${depth};
    var score = filterAt(p.bias + (bias + k) / 4)[(bias + k) % 4];
    ${each(depth, (d) => `score += dot(q${d}, arena[key + ${d}]);`)}
    // Scaled by the highest score so far, so that no score is kept.
    let peak = max(high, score);
    let fade = exp(high - peak);
    let w = exp(score - peak);
    high = peak;
    total = total * fade + w;
    ${each(depth, (d) => `m${d} = m${d} * fade + w * arena[key + channels + ${d}];`)}
  }
  let to = base + p.to + token * channels + head * ${depth};
  ${each(depth, (d) => `arena[to + ${d}] = m${d} / total;`)}`;
  return kernel(`attention ${depth} ${window}`, FIELDS, ['to'], body);
}
