// Grad-CAM of every type at once; one thread per pixel and type.
// evidence [B, H, W, K], rows [R, T] (first K rows: weights of the evidence) -> result [B, T, H, W].
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channels = uniforms.evidenceShape[3];
  let pixels = uniforms.evidenceShape[1] * uniforms.evidenceShape[2];
  let types = uniforms.rowsShape[1];
  let pixel = index % pixels;
  let kind = (index / pixels) % types;
  let image = index / (pixels * types);
  var sum = 0.0;
  for (var k = 0; k < channels; k++) {
    sum += evidence[(image * pixels + pixel) * channels + k] * rows[k * types + kind];
  }
  result[index] = max(sum, 0.0);
}
