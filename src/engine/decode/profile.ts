/** Colour profiles (ICC.1:2022): whether one is sRGB, and what it is called. */

/** sRGB's colorants X, Y, Z, adapted to D50 as profiles have them. */
const COLORANTS = {
  rXYZ: [0.436, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;
/** Roundings differ from writer to writer by a tenth of this; the nearest other space, Display P3, is eight times as far. */
const NEAR_COLORANT = 0.01;
/** Light at half the signal by sRGB's curve. Gamma 2.2, which many write for it, is 0.218. */
const HALF = 0.214;
const NEAR_HALF = 0.02;
/** Letters of a name that are shown. */
const MAX_NAME = 80;

/**
 * The name of a profile that is another than sRGB ('unnamed' where it has none); null for sRGB, and for bytes that are no profile.
 * What a profile calls itself is not believed where it says what its colours are.
 */
export function otherThanSrgb(bytes: Uint8Array): string | null {
  try {
    const profile = new Profile(bytes);
    return profile.isSrgb() ? null : profile.name() || 'unnamed';
  } catch {
    // Cut short or no profile at all: nothing is known of the colours, as without one.
    return null;
  }
}

/** Big-endian fields of a profile; reading past the end throws RangeError, as does what is no profile. */
class Profile {
  readonly #view: DataView;
  /** Offsets of the tags' data, by signature. */
  readonly #tags = new Map<string, number>();

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#ascii(36, 4) !== 'acsp') throw new RangeError('no profile');
    const count = Math.min(this.#view.getUint32(128), 200);
    for (let at = 132; at < 132 + 12 * count; at += 12) {
      this.#tags.set(this.#ascii(at, 4), this.#view.getUint32(at + 4));
    }
  }

  isSrgb(): boolean {
    const gray = this.#ascii(16, 4) === 'GRAY';
    const curve = this.#tags.get(gray ? 'kTRC' : 'gTRC');
    // Tables in place of curves: there the name is all one can go by.
    if (curve === undefined) return /sRGB/i.test(this.name());
    if (Math.abs(this.#half(curve) - HALF) > NEAR_HALF) return false;
    return gray || Object.entries(COLORANTS).every(([tag, xyz]) => this.#isNear(tag, xyz));
  }

  /** Its description; empty where it has none. */
  name(): string {
    const at = this.#tags.get('desc');
    if (at === undefined) return '';
    const text = this.#ascii(at, 4) === 'mluc' ? this.#unicode(at) : this.#ascii(at + 12, this.#view.getUint32(at + 8));
    return text
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, MAX_NAME);
  }

  #isNear(tag: string, xyz: readonly number[]): boolean {
    const at = this.#tags.get(tag);
    return at !== undefined && xyz.every((value, i) => Math.abs(this.#fixed(at + 8 + 4 * i) - value) < NEAR_COLORANT);
  }

  /** What a tone curve, sampled or parametric, makes of half the signal. */
  #half(at: number): number {
    if (this.#ascii(at, 4) === 'para') {
      const kind = this.#view.getUint16(at + 8);
      const [gamma = 1, a = 1, b = 0, c = 0, , e = 0] = Array.from({ length: [1, 3, 4, 5, 7][kind] ?? 1 }, (_, i) =>
        this.#fixed(at + 12 + 4 * i),
      );
      // Half the signal is above the straight part of every curve that is in use.
      return (a * 0.5 + b) ** gamma + (kind === 2 ? c : kind === 4 ? e : 0);
    }
    const count = this.#view.getUint32(at + 8);
    if (count === 0) return 0.5;
    if (count === 1) return 0.5 ** (this.#view.getUint16(at + 12) / 256);
    return this.#view.getUint16(at + 12 + 2 * Math.round((count - 1) / 2)) / 65_535;
  }

  #fixed(at: number): number {
    return this.#view.getInt32(at) / 65_536;
  }

  #ascii(at: number, length: number): string {
    const { buffer, byteOffset, byteLength } = this.#view;
    if (at + length > byteLength) throw new RangeError('past the end');
    return String.fromCharCode(...new Uint8Array(buffer, byteOffset + at, Math.min(length, 4 * MAX_NAME)));
  }

  /** The first of a text's languages. */
  #unicode(at: number): string {
    const length = this.#view.getUint32(at + 20) / 2;
    const from = at + this.#view.getUint32(at + 24);
    const units = Array.from({ length: Math.min(length, 4 * MAX_NAME) }, (_, i) => this.#view.getUint16(from + 2 * i));
    return String.fromCharCode(...units);
  }
}
