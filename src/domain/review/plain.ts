/** Typed arrays as arrays, pictures left out; everything else as it is: what JSON can hold. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => !(inner instanceof Blob));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
