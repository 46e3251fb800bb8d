/** The sample smears that come with the app. */
import { addFiles } from './analyse';

export interface Sample {
  file: string;
  title: string;
  width: number;
  height: number;
  /** White cells the generator drew. */
  cells: number;
}

const folder = `${import.meta.env.BASE_URL}samples/`;

export function sampleUrl(sample: Sample): string {
  return folder + sample.file;
}

let list: Promise<Sample[]> | null = null;

/** Asked for once; a build without samples has none, which is not an error. */
export function samples(): Promise<Sample[]> {
  list ??= fetch(`${folder}index.json`)
    .then((response) => (response.ok ? (response.json() as Promise<Sample[]>) : []))
    .catch(() => []);
  return list;
}

/** Opens a sample as if its file had been dropped. */
export async function openSample(sample: Sample): Promise<void> {
  const response = await fetch(sampleUrl(sample));
  const blob = await response.blob();
  await addFiles([new File([blob], sample.file, { type: blob.type })]);
}
