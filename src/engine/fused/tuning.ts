/** How much of a layer one thread computes, by what plays the graphics card. */
import type { Tuning } from './lower/lowering';

/**
 * A processor that plays the graphics card reads memory dearly, has few cores and unpacks halves slowly; a real one
 * wants many threads and little traffic.
 */
export const TUNING = {
  software: { px: 4, registers: 16, threads: 32, storage: 'f32' },
  hardware: { px: 4, registers: 16, threads: 512, storage: 'packed' },
} satisfies Record<string, Tuning>;
