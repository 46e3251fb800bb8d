// (Shifted-)window attention of Swin on tokens in row-major order; one thread per output value.
// qkv [B, S * S, 3 * C] (q already scaled), bias [K, heads, W * W, W * W] (K: 1, or windows a map)
// -> result [B, S * S, C].
fn tokenOf(window : i32, inside : i32) -> i32 {
  let size = uniforms.mapSize;
  let across = size / uniforms.window;
  let y = (window / across) * uniforms.window + inside / uniforms.window;
  let x = (window % across) * uniforms.window + inside % uniforms.window;
  return ((y + uniforms.shift) % size) * size + (x + uniforms.shift) % size;
}

fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let size = uniforms.mapSize;
  let side = uniforms.window;
  let tokens = size * size;
  let members = side * side;
  let channels = uniforms.qkvShape[2] / 3;
  let heads = uniforms.biasShape[1];
  let depth = channels / heads;
  let channel = index % channels;
  let token = (index / channels) % tokens;
  let image = index / (channels * tokens);
  let head = channel / depth;

  // The window this token is in after the cyclic shift, and its place there.
  let y = (token / size + size - uniforms.shift) % size;
  let x = (token % size + size - uniforms.shift) % size;
  let window = (y / side) * (size / side) + x / side;
  let inside = (y % side) * side + x % side;
  let kind = window % uniforms.biasShape[0];

  let query = (image * tokens + token) * 3 * channels + head * depth;
  var scores : array<f32, 25>;
  var high = -1e30;
  for (var k = 0; k < members; k++) {
    let key = (image * tokens + tokenOf(window, k)) * 3 * channels + channels + head * depth;
    var score = bias[((kind * heads + head) * members + inside) * members + k];
    for (var d = 0; d < depth; d++) { score += qkv[query + d] * qkv[key + d]; }
    scores[k] = score;
    high = max(high, score);
  }
  var total = 0.0;
  var mixed = 0.0;
  for (var k = 0; k < members; k++) {
    let weight = exp(scores[k] - high);
    total += weight;
    mixed += weight * qkv[(image * tokens + tokenOf(window, k)) * 3 * channels + 2 * channels + channel];
  }
  result[index] = mixed / total;
}
