/** From a window of the decoded image, as bytes, to the network's crop: resampled, white-pointed, and how to standardise it. */
import { each, type Kernel, kernel, TEAM, teamKernel } from '../kernel';
import { DENSITY } from './cues';

/**
 * What stands before a window's px (fused/windowInput.ts writes it), vec4 by vec4: the box's origin in px of the window and
 * px of the window a px of the crop (x0, y0, dx, dy; negative where it is shown turned); the window's size (width, height); what makes a px of the window a
 * place on the white point's surface (x scale, x offset, y scale, y offset); its constant; its six coefficients.
 */
export const HEADER = 10;

/** Twin of kernels/resampleWindow.ts: triangle filter over darkness below white, so that what is outside the image is white. */
const SAMPLE = `
${DENSITY}
fn darknessAt(first : i32, at : i32, x : i32, y : i32) -> vec3<f32> {
  let word = bitcast<u32>(arena[first + ${HEADER} + at / 4][at % 4]);
  let value = vec3<f32>(vec3<u32>(word, word >> 8u, word >> 16u) & vec3<u32>(255u)) / 255.0;
  let place = arena[first + 2];
  let u = (f32(x) + 0.5) * place.x + place.y;
  let v = (f32(y) + 0.5) * place.z + place.w;
  let base = arena[first + 3].xyz;
  let fitted = arena[first + 4].xyz + u * arena[first + 5].xyz + v * arena[first + 6].xyz
    + u * u * arena[first + 7].xyz + u * v * arena[first + 8].xyz + v * v * arena[first + 9].xyz;
  let white = clamp(fitted, 0.5 * base, 1.3 * base);
  return max(vec3<f32>(0.0), 1.0 - value / white);
}
fn weight(at : i32, centre : f32, radius : f32) -> f32 { return max(0.0, 1.0 - abs(f32(at) + 0.5 - centre) / radius); }
fn sample(first : i32, px : i32, py : i32) -> vec4<f32> {
  let box = arena[first];
  let size = vec2<i32>(arena[first + 1].xy);
  let centre = box.xy + (vec2<f32>(f32(px), f32(py)) + 0.5) * box.zw;
  let radius = max(abs(box.zw), vec2<f32>(1.0));
  let low = vec2<i32>(floor(centre - radius));
  let high = vec2<i32>(ceil(centre + radius));
  var across = 0.0;
  for (var x = low.x; x < high.x; x++) { across += weight(x, centre.x, radius.x); }
  var down = 0.0;
  var sum = vec3<f32>(0.0);
  for (var y = low.y; y < high.y; y++) {
    let wy = weight(y, centre.y, radius.y);
    down += wy;
    if (y < 0 || y >= size.y) { continue; }
    var line = vec3<f32>(0.0);
    for (var x = max(low.x, 0); x < min(high.x, size.x); x++) {
      line += weight(x, centre.x, radius.x) * darknessAt(first, y * size.x + x, x, y);
    }
    sum += wy * line;
  }
  return vec4<f32>(1.0 - sum / (across * down), 0.0);
}
`;

/**
 * source (HEADER, then the window's px, four a vec4, their alpha 0x3f) -> crop [2 width, 2 width, rgb and one spare], half,
 * its mean of 2 x 2 px, and mean, a plane of that one's mean density. Threads: px of half / 4.
 */
export function window(): Kernel {
  const body = `
  let first = base + p.source;
  let py = t / (p.width / 4);
  let px0 = (t % (p.width / 4)) * 4;
  let step = p.width * 2;
  ${each(
    4,
    (i) => `
  var v${i} = vec4<f32>(0.0);
  for (var k = 0; k < 4; k++) {
    let x = (px0 + ${i}) * 2 + k % 2;
    let y = py * 2 + k / 2;
    let value = sample(first, x, y);
    arena[base + p.crop + y * step + x] = value;
    v${i} += value * 0.25;
  }
  arena[base + p.half + py * p.width + px0 + ${i}] = v${i};`,
  )}
  arena[base + p.mean + t] = vec4<f32>(${[0, 1, 2, 3].map((i) => `mean3(density(v${i}.xyz))`).join(', ')});`;
  return kernel('window', ['source', 'width', 'crop', 'half', 'mean'], ['crop', 'half', 'mean'], body, SAMPLE);
}

/**
 * crop [px, rgb and one spare] -> the two vec4 behind it, the scale and shift of its standardisation (twin of levelsOf);
 * constants: gain, floor.
 */
export function levels(): Kernel {
  const total = (value: string) => `
  part[t] = ${value};
  workgroupBarrier();
  if (t < 16) {
    var some = vec4<f32>(0.0);
    for (var k = t; k < ${TEAM}; k += 16) { some += part[k]; }
    sums[t] = some;
  }
  workgroupBarrier();`;
  const whole = (name: string) => `
  var ${name} = vec4<f32>(0.0);
  for (var k = 0; k < 16; k++) { ${name} += sums[k]; }
  ${name} /= f32(p.px);`;
  const body = `
  let first = base + p.crop;
  var sum = vec4<f32>(0.0);
  for (var k = t; k < p.px; k += ${TEAM}) { sum += arena[first + k]; }
  ${total('sum')}
  ${whole('mean')}
  var squares = vec4<f32>(0.0);
  for (var k = t; k < p.px; k += ${TEAM}) { let d = arena[first + k] - mean; squares += d * d; }
  workgroupBarrier();
  ${total('squares')}
  ${whole('variance')}
  if (t == 0) {
    let numbers = constantAt(p.numbers);
    let scale = numbers.x / (sqrt(variance) + numbers.y);
    arena[first + p.px] = scale;
    arena[first + p.px + 1] = -mean * scale;
  }`;
  const shared = `var<workgroup> part : array<vec4<f32>, ${TEAM}>;\nvar<workgroup> sums : array<vec4<f32>, 16>;`;
  return teamKernel('levels', ['crop', 'px', 'numbers'], ['crop'], body, shared);
}
