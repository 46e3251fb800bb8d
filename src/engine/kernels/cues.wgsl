// Second pass from pixels to cues; one thread per pixel and cue.
// rgb [B, H, W, 3], rows [B, H, W, 2] (blurRows) -> result [B, H, W, 6].
fn density(at : i32) -> vec3<f32> {
  let v = max(vec3<f32>(rgb[at], rgb[at + 1], rgb[at + 2]), vec3<f32>(1.0 / 255.0));
  return -log2(v) * 0.30102999566;
}

fn meanAt(image : i32, y : i32, x : i32) -> f32 {
  let height = uniforms.rgbShape[1];
  let width = uniforms.rgbShape[2];
  let pixel = (image * height + clamp(y, 0, height - 1)) * width + clamp(x, 0, width - 1);
  let d = density(pixel * 3);
  return (d.x + d.y + d.z) / 3.0;
}

fn blurColumn(image : i32, y : i32, x : i32, channel : i32, sigma : f32) -> f32 {
  let height = uniforms.rgbShape[1];
  let width = uniforms.rgbShape[2];
  let radius = i32(ceil(3.0 * sigma));
  var total = 0.0;
  var weight = 0.0;
  for (var k = -radius; k <= radius; k++) {
    let w = exp(-f32(k * k) / (2.0 * sigma * sigma));
    let source = (image * height + clamp(y + k, 0, height - 1)) * width + x;
    total += w * rows[source * 2 + channel];
    weight += w;
  }
  return total / weight;
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let height = uniforms.rgbShape[1];
  let width = uniforms.rgbShape[2];
  let cue = index % 6;
  let pixel = index / 6;
  let x = pixel % width;
  let y = (pixel / width) % height;
  let image = pixel / (width * height);
  let at = pixel * 3;
  var value = 0.0;
  if (cue == 0) {
    let d = density(at);
    value = (d.x + d.y + d.z) / 3.0 * uniforms.scale0;
  } else if (cue == 1) {
    value = dot(density(at), vec3<f32>(uniforms.azureR, uniforms.azureG, uniforms.azureB)) * uniforms.scale1;
  } else if (cue == 2) {
    value = dot(density(at), vec3<f32>(uniforms.eosinR, uniforms.eosinG, uniforms.eosinB)) * uniforms.scale2;
  } else if (cue == 3) {
    let high = max(max(rgb[at], rgb[at + 1]), rgb[at + 2]);
    let low = min(min(rgb[at], rgb[at + 1]), rgb[at + 2]);
    value = (high - low) / max(high, 0.001) * uniforms.scale3;
  } else if (cue == 4) {
    value = (blurColumn(image, y, x, 0, uniforms.sigma0) - blurColumn(image, y, x, 1, uniforms.sigma1)) * uniforms.scale4;
  } else {
    let nw = meanAt(image, y - 1, x - 1);
    let ne = meanAt(image, y - 1, x + 1);
    let sw = meanAt(image, y + 1, x - 1);
    let se = meanAt(image, y + 1, x + 1);
    let gx = (ne - nw + se - sw + 2.0 * (meanAt(image, y, x + 1) - meanAt(image, y, x - 1))) / 8.0;
    let gy = (sw - nw + se - ne + 2.0 * (meanAt(image, y + 1, x) - meanAt(image, y - 1, x))) / 8.0;
    value = sqrt(gx * gx + gy * gy + 1e-12) * uniforms.scale5;
  }
  result[index] = value;
}
