/** Whether a photograph has colours at all: types are told by them. */
import type { Pixels } from './pixels';

/** Difference of a px's channels, of 255, that is no rounding of a grey. */
const GREY = 10;
/** Share of px with colour below which there is none; one cell's nucleus in a field of 640 x 480 px has about a hundredth. */
const SHARE = 0.001;
/** px looked at. */
const SAMPLES = 40_000;

/** True for greyscale photographs, whatever their file calls them. Looks at evenly spread px. */
export function isColourless({ data }: Pick<Pixels, 'data'>): boolean {
  const px = data.length / 4;
  const step = Math.max(1, Math.floor(px / SAMPLES));
  let [seen, coloured] = [0, 0];
  for (let i = 0; i < px; i += step) {
    const [r, g, b] = [data[i * 4] as number, data[i * 4 + 1] as number, data[i * 4 + 2] as number];
    if (Math.max(r, g, b) - Math.min(r, g, b) > GREY) coloured++;
    seen++;
  }
  return coloured < SHARE * seen;
}
