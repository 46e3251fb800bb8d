// Depthwise 3x3 convolution, padding 1, bias, ReLU or none; one thread per output value.
// x [B, H, W, C], weights [3, 3, C, 1], bias [C] -> result [B, h, w, C], h = H / stride rounded up.
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channels = uniforms.xShape[3];
  let channel = index % channels;
  let px = (index / channels) % uniforms.outShape[2];
  let py = (index / (channels * uniforms.outShape[2])) % uniforms.outShape[1];
  let image = index / (channels * uniforms.outShape[2] * uniforms.outShape[1]);
  var sum = bias[channel];
  for (var ky = 0; ky < 3; ky++) {
    let y = py * uniforms.stride + ky - 1;
    if (y < 0 || y >= uniforms.xShape[1]) { continue; }
    for (var kx = 0; kx < 3; kx++) {
      let sx = px * uniforms.stride + kx - 1;
      if (sx < 0 || sx >= uniforms.xShape[2]) { continue; }
      let source = ((image * uniforms.xShape[1] + y) * uniforms.xShape[2] + sx) * channels + channel;
      sum += x[source] * weights[(ky * 3 + kx) * channels + channel];
    }
  }
  result[index] = select(sum, max(sum, 0.0), uniforms.relu == 1);
}
