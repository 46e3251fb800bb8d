/** Reads a zip as far as it is wanted, with limits: sizes no session has are refused. */
import { unzip, unzipSync } from 'fflate';
import { LeukolensError } from '../domain/errors';

/** Bytes of all that is unpacked together. */
const MOST = 4e9;
const MOST_ENTRIES = 500_000;

export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** What Finder and Explorer put beside the files of a folder that they compress. */
const LITTER = /^__MACOSX\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i;

/** The folder, with its last '/', that all files of a zip are in; empty where there is none: it is in the names of one that was compressed. */
function rootOf(bytes: Uint8Array): string {
  const names: string[] = [];
  const filter = ({ name }: { name: string }) => {
    if (!LITTER.test(name) && !name.endsWith('/')) names.push(name);
    return false;
  };
  try {
    unzipSync(bytes, { filter });
  } catch {
    // What is wrong with it is told where it is unpacked.
    return '';
  }
  let root = '';
  for (;;) {
    const [first = ''] = names;
    const to = first.indexOf('/', root.length) + 1;
    if (to === 0 || !names.every((name) => name.startsWith(first.slice(0, to)))) return root;
    root = first.slice(0, to);
  }
}

/**
 * The wanted files of a zip by name, without the folder that all of them are in. Rejects with LeukolensError for what is truncated,
 * damaged or too large.
 */
export function unpack(bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
  const root = rootOf(bytes);
  // macOS may have written names apart from their accents.
  const nameIn = (name: string) => name.slice(root.length).normalize('NFC');
  let [sum, entries] = [0, 0];
  let tooMuch = false;
  return new Promise((resolve, reject) => {
    unzip(
      bytes,
      {
        filter: ({ name, originalSize }) => {
          if (LITTER.test(name) || !wanted(nameIn(name))) return false;
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
        resolve(new Map(Object.entries(files).map(([name, content]) => [nameIn(name), content])));
      },
    );
  });
}
