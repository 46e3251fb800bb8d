/** The button and the file dialog behind it. */
import { FolderOpen } from 'lucide-react';
import { IMAGE_EXTENSIONS, isImageName } from '../../store/files';
import { canPickFolder, openFolder } from '../../store/folder';
import { addFiles } from '../../store/intake';

const ID = 'open-images';
/** Sessions, bundles, and annotations of others. */
const SAVED = ['leukolens', 'zip', 'json', 'geojson'];
const FOLDER_ID = 'open-folder';

/** Also reached by key and from the empty screen. */
export function openFileDialog(): void {
  document.getElementById(ID)?.click();
}

/** A folder as a whole; remembered where the browser hands it out. */
export function openFolderDialog(): void {
  if (canPickFolder()) void openFolder();
  else document.getElementById(FOLDER_ID)?.click();
}

export function OpenButton() {
  return (
    <>
      <button
        type="button"
        onClick={openFileDialog}
        title="Open images, a saved session or annotations (O), or drop them anywhere"
      >
        <FolderOpen size={15} aria-hidden="true" />
        Open
      </button>
      <input
        id={FOLDER_ID}
        hidden
        type="file"
        multiple
        aria-label="Open folder"
        // Not in React's types.
        {...{ webkitdirectory: '' }}
        onChange={({ target }) => {
          const images = [...(target.files ?? [])].filter(({ name }) => isImageName(name));
          void addFiles(images);
          target.value = '';
        }}
      />
      <input
        id={ID}
        hidden
        type="file"
        multiple
        aria-label="Open images"
        accept={`image/*,${[...IMAGE_EXTENSIONS, ...SAVED].map((extension) => `.${extension}`).join(',')}`}
        onChange={({ target }) => {
          if (target.files?.length) void addFiles([...target.files]);
          // So that the same file can be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}
