/** From a window of the decoded image, as bytes, to the network's crop or the field: resampled, white-pointed, and how to standardise it. */
import { type Kernel, kernel, PICTURE, TEAM, teamKernel } from '../kernel';
import { DENSITY } from './cues';

/**
 * What says how a window is shown (fused/windowInput.ts writes it), vec4 by vec4: the box's origin in px of the part of the image that is read, and
 * px of the image a px of what is made (x0, y0, dx, dy; negative where it is shown turned); that part's size, its first px in the
 * picture and px from row to row there; what makes a px of it a
 * place on the white point's surface (x scale, x offset, y scale, y offset); its constant; its six coefficients.
 */
export const HEADER = 10;

/** Twin of kernels/resampleWindow.ts: triangle filter over darkness below white, so that what is outside the image is white. */
const SAMPLE = `
${DENSITY}${PICTURE}
fn darknessAt(px : i32, white : vec3<f32>) -> vec3<f32> {
  return max(vec3<f32>(0.0), 1.0 - vec3<f32>(bytesAt(px)) / 255.0 / white);
}
fn weight(at : i32, centre : f32, radius : f32) -> f32 { return max(0.0, 1.0 - abs(f32(at) + 0.5 - centre) / radius); }
fn sample(first : i32, px : i32, py : i32) -> vec4<f32> {
  let box = arena[first];
  let part = vec4<i32>(arena[first + 1]);
  let size = part.xy;
  let centre = box.xy + (vec2<f32>(f32(px), f32(py)) + 0.5) * box.zw;
  let radius = max(abs(box.zw), vec2<f32>(1.0));
  let low = vec2<i32>(floor(centre - radius));
  let high = vec2<i32>(ceil(centre + radius));
  var across = 0.0;
  for (var x = low.x; x < high.x; x++) { across += weight(x, centre.x, radius.x); }
  let place = arena[first + 2];
  let dark = 0.5 * arena[first + 3].xyz;
  let light = 1.3 * arena[first + 3].xyz;
  let k0 = arena[first + 4].xyz;
  let k1 = arena[first + 5].xyz;
  let k2 = arena[first + 6].xyz;
  let k3 = arena[first + 7].xyz;
  let k4 = arena[first + 8].xyz;
  let k5 = arena[first + 9].xyz;
  var down = 0.0;
  var sum = vec3<f32>(0.0);
  for (var y = low.y; y < high.y; y++) {
    let wy = weight(y, centre.y, radius.y);
    down += wy;
    if (y < 0 || y >= size.y) { continue; }
    // Along a row a quadratic surface is a parabola.
    let v = (f32(y) + 0.5) * place.z + place.w;
    let a = k0 + (k2 + k5 * v) * v;
    let b = k1 + k4 * v;
    var line = vec3<f32>(0.0);
    for (var x = max(low.x, 0); x < min(high.x, size.x); x++) {
      let u = (f32(x) + 0.5) * place.x + place.y;
      let white = clamp(a + (b + k3 * u) * u, dark, light);
      line += weight(x, centre.x, radius.x) * darknessAt(part.z + y * part.w + x, white);
    }
    sum += wy * line;
  }
  return vec4<f32>(1.0 - sum / (across * down), 0.0);
}
`;

/** `px`, four px of a row one after another; `value` is made of each, and their mean densities are written. A loop: `sample` is long, and would be in the text four times. */
const fourOfRow = (value: string) => `
  var means = vec4<f32>(0.0);
  for (var i = 0; i < 4; i++) {
    let px = (t % (p.width / 4)) * 4 + i;
    ${value}
    means[i] = mean3(density(value.xyz));
  }
  arena[base + p.mean + t] = means;`;

/**
 * source (HEADER) and the picture -> crop [2 width, 2 width, rgb and one spare], half,
 * its mean of 2 x 2 px, and mean, a plane of that one's mean density. Threads: px of half / 4.
 */
export function window(): Kernel {
  const body = `
  let first = base + p.source;
  let py = t / (p.width / 4);
  let step = p.width * 2;
  ${fourOfRow(`
    var value = vec4<f32>(0.0);
    for (var k = 0; k < 4; k++) {
      let x = px * 2 + k % 2;
      let y = py * 2 + k / 2;
      let quarter = sample(first, x, y);
      arena[base + p.crop + y * step + x] = quarter;
      value += quarter * 0.25;
    }
    arena[base + p.half + py * p.width + px] = value;`)}`;
  return kernel('window', ['source', 'width', 'crop', 'half', 'mean'], ['crop', 'half', 'mean'], body, SAMPLE);
}

/** source (HEADER) and the picture -> field [.., width, rgb and one spare] and mean, a plane of its mean density. Threads: px / 4. */
export function field(): Kernel {
  const body = `
  let first = base + p.source;
  let py = t / (p.width / 4);
  ${fourOfRow(`
    let value = sample(first, px, py);
    arena[base + p.field + py * p.width + px] = value;`)}`;
  return kernel('field', ['source', 'width', 'field', 'mean'], ['field', 'mean'], body, SAMPLE);
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
