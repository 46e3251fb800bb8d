/** From white-pointed px to the six analytic cues (kernels/cues.ts says what they are). A thread computes four px of a row. */
import { each, type Kernel, kernel } from '../kernel';

export const DENSITY = `
fn density(rgb : vec3<f32>) -> vec3<f32> { return -log2(max(rgb, vec3<f32>(1.0 / 255.0))) * 0.30102999566; }
fn mean3(v : vec3<f32>) -> f32 { return (v.x + v.y + v.z) / 3.0; }
`;

/** from [2 height, 2 width, rgb and one spare] -> to, the mean of 2 x 2 px, and mean, a plane of its mean density. */
export function halve(): Kernel {
  const body = `
  let py = t / (p.width / 4);
  let px0 = (t % (p.width / 4)) * 4;
  let step = p.width * 2;
  ${each(
    4,
    (i) => `
  let at${i} = base + p.source + py * 2 * step + (px0 + ${i}) * 2;
  let v${i} = (arena[at${i}] + arena[at${i} + 1] + arena[at${i} + step] + arena[at${i} + step + 1]) * 0.25;
  arena[base + p.to + py * p.width + px0 + ${i}] = v${i};`,
  )}
  arena[base + p.mean + t] = vec4<f32>(${[0, 1, 2, 3].map((i) => `mean3(density(v${i}.xyz))`).join(', ')});`;
  return kernel('halve', ['source', 'width', 'to', 'mean'], ['to', 'mean'], body, DENSITY);
}

/** The plane of mean densities of a picture that comes at its size: from [.., rgb and one spare] -> mean. */
export function densities(): Kernel {
  const body = `arena[base + p.mean + t] = vec4<f32>(${[0, 1, 2, 3]
    .map((i) => `mean3(density(arena[base + p.source + t * 4 + ${i}].xyz))`)
    .join(', ')});`;
  return kernel('densities', ['source', 'mean'], ['mean'], body, DENSITY);
}

/** Planes blurred along rows by two Gaussians; taps (weights, one scalar each) from radius down to -radius. */
export function blurRows(): Kernel {
  const blur = (k: number) => `{
    var sum = vec4<f32>(0.0);
    var window = vec4<f32>(0.0, ${[0, 1, 2].map((i) => `scalarAt(mean, row + clamp(px0 + ${i} - p.radius${k}, 0, p.width - 1))`).join(', ')});
    for (var d = 0; d <= 2 * p.radius${k}; d++) {
      let next = scalarAt(mean, row + clamp(px0 + d + 3 - p.radius${k}, 0, p.width - 1));
      window = vec4<f32>(window.yzw, next);
      sum += window * constantAt(p.taps${k} + d / 4)[d % 4];
    }
    arena[base + p.to${k} + t] = sum;
  }`;
  const body = `
  let mean = base + p.mean;
  let px0 = (t % (p.width / 4)) * 4;
  let row = (t / (p.width / 4)) * p.width;
  ${blur(0)}
  ${blur(1)}`;
  const fields = ['mean', 'width', 'radius0', 'taps0', 'to0', 'radius1', 'taps1', 'to1'] as const;
  return kernel('blurRows', fields, ['to0', 'to1'], body);
}

/**
 * from [height, width, rgb and one spare], mean and the two blurred planes -> to [height, width, six cues and two
 * zeros]. constants: six scales, then azure and eosin rows: four vec4 (scales.xyzw, scales.xy, azure, eosin).
 */
export function cues(): Kernel {
  const sobel = (i: number) => {
    const at = (dy: number, dx: number) => `r${dy}_${i + dx}`;
    return `
    let gx${i} = (${at(0, 2)} - ${at(0, 0)} + ${at(2, 2)} - ${at(2, 0)} + 2.0 * (${at(1, 2)} - ${at(1, 0)})) / 8.0;
    let gy${i} = (${at(2, 0)} - ${at(0, 0)} + ${at(2, 2)} - ${at(0, 2)} + 2.0 * (${at(2, 1)} - ${at(0, 1)})) / 8.0;`;
  };
  const body = `
  let quads = p.width / 4;
  let quad = t % quads;
  let py = t / quads;
  let px0 = quad * 4;
  var narrow = vec4<f32>(0.0);
  for (var k = -p.radius0; k <= p.radius0; k++) {
    let d = k + p.radius0;
    narrow += arena[base + p.narrow + clamp(py + k, 0, p.height - 1) * quads + quad] * constantAt(p.taps0 + d / 4)[d % 4];
  }
  var wide = vec4<f32>(0.0);
  for (var k = -p.radius1; k <= p.radius1; k++) {
    let d = k + p.radius1;
    wide += arena[base + p.wide + clamp(py + k, 0, p.height - 1) * quads + quad] * constantAt(p.taps1 + d / 4)[d % 4];
  }
  let dog = narrow - wide;
  let mean = base + p.mean;
  ${each(
    3,
    (k) => `
  let row${k} = clamp(py + ${k - 1}, 0, p.height - 1) * p.width;
  let r${k}_0 = scalarAt(mean, row${k} + max(px0 - 1, 0));
  let c${k} = arena[mean + (row${k} + px0) / 4];
  ${each(4, (i) => `let r${k}_${i + 1} = c${k}[${i}];`)}
  let r${k}_5 = scalarAt(mean, row${k} + min(px0 + 4, p.width - 1));`,
  )}
  let first = constantAt(p.constants);
  let last = constantAt(p.constants + 1);
  let azure = constantAt(p.constants + 2).xyz;
  let eosin = constantAt(p.constants + 3).xyz;
  ${each(
    4,
    (i) => `
  let v${i} = arena[base + p.source + t * 4 + ${i}].xyz;
  let d${i} = density(v${i});
  let high${i} = max(max(v${i}.x, v${i}.y), v${i}.z);
  let low${i} = min(min(v${i}.x, v${i}.y), v${i}.z);
  ${sobel(i)}
  let at${i} = base + p.to + (t * 4 + ${i}) * 2;
  arena[at${i}] = first * vec4<f32>(r1_${i + 1}, dot(d${i}, azure), dot(d${i}, eosin), (high${i} - low${i}) / max(high${i}, 0.001));
  arena[at${i} + 1] = last * vec4<f32>(dog[${i}], sqrt(gx${i} * gx${i} + gy${i} * gy${i} + 1e-12), 0.0, 0.0);`,
  )}`;
  const fields = [
    ...['source', 'mean', 'narrow', 'wide', 'width', 'height', 'radius0', 'taps0', 'radius1', 'taps1', 'constants'],
    'to',
  ];
  return kernel('cues', fields, ['to'], body, DENSITY);
}
