// Mean optical density blurred along rows by two Gaussians; one thread per output value.
// rgb [B, H, W, 3] in [0, 1] -> result [B, H, W, 2].
fn density(at : i32) -> f32 {
  let r = log2(max(rgb[at], 1.0 / 255.0));
  let g = log2(max(rgb[at + 1], 1.0 / 255.0));
  let b = log2(max(rgb[at + 2], 1.0 / 255.0));
  return -(r + g + b) * 0.30102999566 / 3.0;
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let width = uniforms.rgbShape[2];
  let channel = index % 2;
  let pixel = index / 2;
  let x = pixel % width;
  let row = pixel - x;
  let sigma = select(uniforms.sigma0, uniforms.sigma1, channel == 1);
  let radius = i32(ceil(3.0 * sigma));
  var total = 0.0;
  var weight = 0.0;
  for (var k = -radius; k <= radius; k++) {
    let w = exp(-f32(k * k) / (2.0 * sigma * sigma));
    let source = clamp(x + k, 0, width - 1);
    total += w * density((row + source) * 3);
    weight += w;
  }
  result[index] = total / weight;
}
