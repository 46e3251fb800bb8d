/** Reads a zip as far as it is wanted, with limits: names that leave it, and sizes no session has, are refused. */
import { unzip } from 'fflate';
import { LeukolensError } from '../domain/errors';

/** Bytes of all that is unpacked together. */
const MOST = 4e9;
const MOST_ENTRIES = 500_000;

export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** The wanted files of a zip by name. Rejects with LeukolensError for what is truncated, damaged or too large. */
export function unpack(bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
  let [sum, entries] = [0, 0];
  let tooMuch = false;
  return new Promise((resolve, reject) => {
    unzip(
      bytes,
      {
        filter: ({ name, originalSize }) => {
          if (!wanted(name)) return false;
          sum += originalSize;
          if (++entries > MOST_ENTRIES || sum > MOST) tooMuch = true;
          return !tooMuch;
        },
      },
      (error, files) => {
        if (tooMuch) {
          return reject(
            new LeukolensError(
              'damaged-session',
              'The file claims to hold more than any session does.',
              'It was not opened.',
            ),
          );
        }
        if (error) {
          const message = 'The file is damaged: it ends early, or parts of it are missing.';
          return reject(
            new LeukolensError('damaged-session', message, 'Copy it again, or open another copy.', { cause: error }),
          );
        }
        resolve(new Map(Object.entries(files)));
      },
    );
  });
}
