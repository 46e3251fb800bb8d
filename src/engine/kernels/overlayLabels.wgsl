// Draws a label map: fill inside, opaque along borders between labels; one thread per px.
// labels [H, W] (0 none, else 1 + palette index), palette [N] (packed RGB) -> result [H, W], packed RGBA.
fn labelAt(y : i32, x : i32) -> f32 {
  let height = uniforms.labelsShape[0];
  let width = uniforms.labelsShape[1];
  return labels[clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)];
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let label = labels[index];
  if (label < 0.5) {
    result[index] = 0;
    return;
  }
  let width = uniforms.labelsShape[1];
  let y = index / width;
  let x = index % width;
  let border = labelAt(y - 1, x) != label || labelAt(y + 1, x) != label
    || labelAt(y, x - 1) != label || labelAt(y, x + 1) != label;
  let alpha = select(140, 255, border);
  result[index] = i32(palette[i32(label) - 1]) | (alpha << 24u);
}
