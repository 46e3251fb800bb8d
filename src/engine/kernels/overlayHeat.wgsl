// Draws heat maps over an image: each map covers its own box, the strongest wins; one thread per px.
// maps [N, h, w] in [0, 1], boxes [N, 4] (x0, y0, x1, y1 in output px), palette [256] (packed RGB)
// -> result [H, W], packed little-endian RGBA, alpha = heat.
fn sample(map : i32, y : f32, x : f32) -> f32 {
  let h = uniforms.mapsShape[1];
  let w = uniforms.mapsShape[2];
  let cy = clamp(y, 0.0, f32(h - 1));
  let cx = clamp(x, 0.0, f32(w - 1));
  let y0 = i32(floor(cy));
  let x0 = i32(floor(cx));
  let y1 = min(y0 + 1, h - 1);
  let x1 = min(x0 + 1, w - 1);
  let fy = cy - f32(y0);
  let fx = cx - f32(x0);
  let base = map * h * w;
  let top = maps[base + y0 * w + x0] * (1.0 - fx) + maps[base + y0 * w + x1] * fx;
  let bottom = maps[base + y1 * w + x0] * (1.0 - fx) + maps[base + y1 * w + x1] * fx;
  return top * (1.0 - fy) + bottom * fy;
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let width = uniforms.outShape[1];
  let px = f32(index % width) + 0.5;
  let py = f32(index / width) + 0.5;
  var heat = 0.0;
  for (var n = 0; n < uniforms.mapsShape[0]; n++) {
    let x0 = boxes[n * 4];
    let y0 = boxes[n * 4 + 1];
    let x1 = boxes[n * 4 + 2];
    let y1 = boxes[n * 4 + 3];
    if (px < x0 || px >= x1 || py < y0 || py >= y1) { continue; }
    let x = (px - x0) / (x1 - x0) * f32(uniforms.mapsShape[2]) - 0.5;
    let y = (py - y0) / (y1 - y0) * f32(uniforms.mapsShape[1]) - 0.5;
    heat = max(heat, sample(n, y, x));
  }
  let level = i32(round(clamp(heat, 0.0, 1.0) * 255.0));
  result[index] = i32(palette[level]) | (level << 24u);
}
