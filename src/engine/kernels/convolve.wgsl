// Convolution (1x1, or 3x3 with padding 1), bias, residual and activation; one thread per px and four
// output channels. x [B, H, W, I], weights [K, K, I, O], bias [O], residual [B, h, w, O] (or any array
// where useResidual is 0) -> result [B, h, w, O], h = H / stride rounded up.
fn main(index : i32) {
  if (index >= uniforms.threads) { return; }
  let inputs = uniforms.xShape[3];
  let outputs = uniforms.outShape[3];
  let width = uniforms.outShape[2];
  let height = uniforms.outShape[1];
  let groups = (outputs + 3) / 4;
  let first = (index % groups) * 4;
  let pixel = index / groups;
  let px = pixel % width;
  let py = (pixel / width) % height;
  let image = pixel / (width * height);
  let kernelSide = uniforms.weightsShape[0];
  let reach = kernelSide / 2;
  // Channels past the last are computed from the last one's weights and not written.
  let o1 = min(first + 1, outputs - 1);
  let o2 = min(first + 2, outputs - 1);
  let o3 = min(first + 3, outputs - 1);
  var sum = vec4<f32>(bias[first], bias[o1], bias[o2], bias[o3]);
  for (var ky = 0; ky < kernelSide; ky++) {
    let y = py * uniforms.stride + ky - reach;
    if (y < 0 || y >= uniforms.xShape[1]) { continue; }
    for (var kx = 0; kx < kernelSide; kx++) {
      let sx = px * uniforms.stride + kx - reach;
      if (sx < 0 || sx >= uniforms.xShape[2]) { continue; }
      let source = ((image * uniforms.xShape[1] + y) * uniforms.xShape[2] + sx) * inputs;
      let tap = (ky * kernelSide + kx) * inputs * outputs;
      for (var k = 0; k < inputs; k++) {
        let row = tap + k * outputs;
        sum += x[source + k] * vec4<f32>(weights[row + first], weights[row + o1], weights[row + o2], weights[row + o3]);
      }
    }
  }
  let at = pixel * outputs + first;
  for (var k = 0; k < 4; k++) {
    if (first + k >= outputs) { break; }
    var value = sum[k];
    if (uniforms.useResidual == 1) { value += residual[at + k]; }
    if (uniforms.activation == 1) { value = max(value, 0.0); }
    if (uniforms.activation == 2) { value = 1.0 / (1.0 + exp(-value)); }
    result[at + k] = value;
  }
}
