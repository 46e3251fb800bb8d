/** The white point, of which a device makes the part that reads every px. */
import type { Pixels, WhitePoint } from '../../domain/pixels';
import type { WhitePointConstants } from '../manifest';
import { thumbnail, whitePoint } from '../saliency/whitePoint';
import type { Network } from './network';

/** As whitePoint, from the thumbnail that the network's device makes where it does. */
export async function estimateWhite(
  network: Network,
  pixels: Pixels,
  allowSurface: boolean,
  constants: WhitePointConstants,
): Promise<WhitePoint> {
  const small = await network.thumbnail?.(pixels);
  return whitePoint(pixels, allowSurface, constants, small ?? undefined);
}

/** Largest difference of the network's thumbnail of an image to that of plain loops; 0 where it makes none. */
export async function thumbnailOff(network: Network, pixels: Pixels): Promise<number> {
  const small = await network.thumbnail?.(pixels);
  if (!small) return 0;
  const known = thumbnail(pixels, Math.sqrt(small.length / 3));
  return small.reduce((most, value, i) => {
    const off = Math.abs(value - (known[i] as number));
    return off > most || Number.isNaN(off) ? off : most;
  }, 0);
}
