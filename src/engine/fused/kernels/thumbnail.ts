/** What the white point is estimated from: the image averaged in boxes to a small square. */
import { type Kernel, kernel, PICTURE } from '../kernel';

/**
 * about (the image's width and height, its first px in the picture, px from row to row) and the picture -> to [size * size],
 * mean r, g, b of a box each, in [0, 1]. Threads: size * size. Twin of thumbnail in saliency/whitePoint.ts.
 */
export function thumbnail(size: number): Kernel {
  const body = `
  let about = vec4<i32>(arena[base + p.about]);
  let tx = t % ${size};
  let ty = t / ${size};
  let x0 = tx * about.x / ${size};
  let x1 = max(x0 + 1, (tx + 1) * about.x / ${size});
  let y0 = ty * about.y / ${size};
  let y1 = max(y0 + 1, (ty + 1) * about.y / ${size});
  // Whole numbers: a sum of bytes is exact.
  var sum = vec3<u32>(0u);
  for (var y = y0; y < y1; y++) {
    for (var x = x0; x < x1; x++) { sum += bytesAt(about.z + y * about.w + x); }
  }
  arena[base + p.to + t] = vec4<f32>(vec3<f32>(sum) / (f32((x1 - x0) * (y1 - y0)) * 255.0), 0.0);`;
  return kernel(`thumbnail ${size}`, ['about', 'to'], ['to'], body, PICTURE);
}
