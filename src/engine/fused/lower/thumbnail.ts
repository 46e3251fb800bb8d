/** A program of one dispatch, beside the network's: the picture's thumbnail. */
import { thumbnail } from '../kernels/thumbnail';
import type { Program, View } from '../program';

const view = (map: string): View => ({ map, offset: 0, step: 1 });

/** Thumbnail of size x size px; its input is one vec4, 'about'. */
export function thumbnailProgram(size: number): Program {
  const params = { about: view('about'), to: view('thumbnail') };
  return {
    dispatches: [{ name: 'thumbnail', kernel: thumbnail(size), params, threads: size * size }],
    maps: new Map([
      ['about', 1],
      ['thumbnail', size * size],
    ]),
    inputs: { crop: 'about', window: 'about' },
    outputs: ['thumbnail'],
    // It has none of either, but every kernel is bound to both.
    filters: new Float32Array(4),
    storage: 'f32',
    constants: new Float32Array(4),
  };
}
