// Grouped 3x3 convolution, padding 1, bias, ReLU; one thread per output value.
// x [B, H, W, C], weights [3, 3, C / groups, C], bias [C] -> result [B, H, W, C].
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let shape = uniforms.xShape;
  let channels = shape[3];
  let inner = uniforms.weightsShape[2];
  let channel = index % channels;
  let px = (index / channels) % shape[2];
  let py = (index / (channels * shape[2])) % shape[1];
  let image = index / (channels * shape[2] * shape[1]);
  let first = (channel / inner) * inner;
  var sum = bias[channel];
  for (var ky = 0; ky < 3; ky++) {
    let y = py + ky - 1;
    if (y < 0 || y >= shape[1]) { continue; }
    for (var kx = 0; kx < 3; kx++) {
      let sx = px + kx - 1;
      if (sx < 0 || sx >= shape[2]) { continue; }
      let source = ((image * shape[1] + y) * shape[2] + sx) * channels + first;
      let weight = (ky * 3 + kx) * inner * channels + channel;
      for (var k = 0; k < inner; k++) {
        sum += x[source + k] * weights[weight + k * channels];
      }
    }
  }
  result[index] = max(sum, 0.0);
}
