// How much each px of the evidence map counts in the pooled features: mean cell probability of its
// block of logits times mean saliency of its block, plus a floor; one thread per px.
// logits [B, H, W, 3], saliency [B, H / 2, W / 2, 1] -> result [B, H / 4, W / 4], not normalised.
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let height = uniforms.logitsShape[1];
  let width = uniforms.logitsShape[2];
  let x = index % (width / 4);
  let y = (index / (width / 4)) % (height / 4);
  let image = index / ((width / 4) * (height / 4));
  var cell = 0.0;
  for (var k = 0; k < 16; k++) {
    let at = ((image * height + y * 4 + k / 4) * width + x * 4 + k % 4) * 3;
    let high = max(logits[at], max(logits[at + 1], logits[at + 2]));
    let background = exp(logits[at] - high);
    let both = exp(logits[at + 1] - high) + exp(logits[at + 2] - high);
    cell += both / (background + both) / 16.0;
  }
  var salient = 0.0;
  for (var k = 0; k < 4; k++) {
    salient += saliency[(image * height / 2 + y * 2 + k / 2) * (width / 2) + x * 2 + k % 2] / 4.0;
  }
  result[index] = cell * salient + uniforms.least;
}
