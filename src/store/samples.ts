/** The sample smears that come with the app. */
import { errorData, LeukolensError } from '../domain/errors';
import { addFiles } from './intake';
import { useStore } from './store';

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

/** A build without samples has none, which is not an error; null where the list cannot be fetched now, and is asked for again. */
export async function samples(): Promise<Sample[] | null> {
  list ??= fetch(`${folder}index.json`).then((response) => (response.ok ? (response.json() as Promise<Sample[]>) : []));
  try {
    return await list;
  } catch {
    list = null;
    return null;
  }
}

/** Opens a sample as if its file had been dropped; what goes wrong is said on screen. */
export async function openSample(sample: Sample): Promise<void> {
  try {
    const response = await fetch(sampleUrl(sample));
    if (!response.ok) throw new Error(`status ${response.status}`);
    const blob = await response.blob();
    useStore.setState({ problem: null });
    await addFiles([new File([blob], sample.file, { type: blob.type })]);
  } catch (cause) {
    const message = `The sample ${sample.title} could not be fetched.`;
    const remedy = 'Go online once and reload the page; after that the samples are here without a network.';
    useStore.setState({ problem: errorData(new LeukolensError('model-missing', message, remedy, { cause })) });
  }
}
