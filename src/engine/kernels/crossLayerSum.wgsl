// CLDFF: four projected scales resampled (bilinear, half-pixel centres) to the finest and summed,
// plus bias, ReLU; one thread per output value. a [B, H, W, C], b, c, d coarser -> result [B, H, W, C].
fn taps(position : i32, coarse : i32, fine : i32) -> vec3<f32> {
  let at = max((f32(position) + 0.5) * f32(coarse) / f32(fine) - 0.5, 0.0);
  let low = min(floor(at), f32(coarse - 1));
  return vec3<f32>(low, min(low + 1.0, f32(coarse - 1)), at - low);
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let shape = uniforms.aShape;
  let channel = index % shape[3];
  let x = (index / shape[3]) % shape[2];
  let y = (index / (shape[3] * shape[2])) % shape[1];
  let image = index / (shape[3] * shape[2] * shape[1]);
  var sum = a[index] + bias[channel];
  for (var level = 0; level < 3; level++) {
    var coarse = uniforms.bShape;
    if (level == 1) { coarse = uniforms.cShape; }
    if (level == 2) { coarse = uniforms.dShape; }
    let ty = taps(y, coarse[1], shape[1]);
    let tx = taps(x, coarse[2], shape[2]);
    for (var corner = 0; corner < 4; corner++) {
      let cy = i32(select(ty.x, ty.y, corner >= 2));
      let cx = i32(select(tx.x, tx.y, corner % 2 == 1));
      let w = select(1.0 - ty.z, ty.z, corner >= 2) * select(1.0 - tx.z, tx.z, corner % 2 == 1);
      let at = ((image * coarse[1] + cy) * coarse[2] + cx) * coarse[3] + channel;
      if (level == 0) { sum += w * b[at]; }
      if (level == 1) { sum += w * c[at]; }
      if (level == 2) { sum += w * d[at]; }
    }
  }
  result[index] = max(sum, 0.0);
}
