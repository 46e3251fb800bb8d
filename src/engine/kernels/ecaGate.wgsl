// Efficient channel attention: mean over pixels, convolution of size 3 over channels, sigmoid;
// one thread per channel. x [B, H, W, C], taps [3] -> result [B, C].
fn mean(image : i32, channel : i32) -> f32 {
  let channels = uniforms.xShape[3];
  if (channel < 0 || channel >= channels) { return 0.0; }
  let pixels = uniforms.xShape[1] * uniforms.xShape[2];
  var sum = 0.0;
  for (var p = 0; p < pixels; p++) {
    sum += x[(image * pixels + p) * channels + channel];
  }
  return sum / f32(pixels);
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channels = uniforms.xShape[3];
  let image = index / channels;
  let channel = index % channels;
  var sum = 0.0;
  for (var k = 0; k < 3; k++) {
    sum += taps[k] * mean(image, channel + k - 1);
  }
  result[index] = 1.0 / (1.0 + exp(-sum));
}
