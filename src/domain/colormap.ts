/** The heatmaps' colour scale: inferno, perceptually uniform and readable without colour vision. */

/** Inferno (van der Walt and Smith, matplotlib, CC0) at nine even steps; straight lines between are within 2 % of it. */
const STEPS = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
] as const;

/** Colour at 0 to 1, as 0-255. */
export function inferno(value: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (STEPS.length - 1);
  const i = Math.min(STEPS.length - 2, Math.floor(at));
  const [a, b] = [STEPS[i] ?? STEPS[0], STEPS[i + 1] ?? STEPS[0]];
  const mix = (k: 0 | 1 | 2) => a[k] + (b[k] - a[k]) * (at - i);
  return [mix(0), mix(1), mix(2)];
}

/** How much of the picture a value covers: what has no evidence stays clear. */
export function cover(value: number): number {
  return Math.min(1, Math.max(0, value) * 1.8);
}

/** The scale as a CSS gradient from low to high. */
export const INFERNO_GRADIENT = `linear-gradient(to right, ${STEPS.map(([r, g, b]) => `rgb(${r} ${g} ${b})`).join(', ')})`;

/** A heatmap as RGBA px, size x size; `scale` times its values, what has no evidence clear. */
export function heatPixels(values: ArrayLike<number>, scale: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] as number) * scale;
    out.set([...inferno(value), 255 * cover(value)], 4 * i);
  }
  return out;
}
