/** Names for exported files: after the image they belong to, safe on every system, and no two alike. */

/** Names of devices on Windows, which cannot be files there whatever follows the dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const UNSAFE = /[<>:"|?*\\\p{Cc}]/gu;
/** File systems stop at 255 bytes a name; room is left for what is appended, and for characters of several bytes. */
const LONGEST = 60;

function safePart(part: string): string {
  const plain = [...part.replace(UNSAFE, '_')]
    .slice(0, LONGEST)
    .join('')
    .replace(/[. ]+$/, '');
  return DEVICES.test(plain) ? `_${plain}` : plain;
}

/** An image's path without its extension, as a relative path that stays below the folder it is written to. */
export function safeName(file: string): string {
  const stem = file.normalize('NFC').replace(/(?<=[^/])\.[a-z0-9]{1,5}$/i, '');
  const parts = stem.split('/').map(safePart).filter(Boolean);
  return parts.join('/') || 'image';
}

/**
 * Gives each file in turn a safe name not given before: `a.jpg` becomes `a`, `a.png` after it `a-2`. Case does not
 * tell names apart, as on Windows and macOS it does not.
 */
export function namer(): (file: string) => string {
  const taken = new Set<string>();
  return (file) => {
    const wished = safeName(file);
    let name = wished;
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${wished}-${i}`;
    taken.add(name.toLowerCase());
    return name;
  };
}
