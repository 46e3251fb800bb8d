// Layer norm without affine part over the last axis; one thread per value. x [N, T, C] -> result [N, T, C].
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channels = uniforms.xShape[2];
  let first = index - index % channels;
  var sum = 0.0;
  for (var c = 0; c < channels; c++) { sum += x[first + c]; }
  let mean = sum / f32(channels);
  var squares = 0.0;
  for (var c = 0; c < channels; c++) {
    let d = x[first + c] - mean;
    squares += d * d;
  }
  result[index] = (x[index] - mean) * inverseSqrt(squares / f32(channels) + 1e-5);
}
