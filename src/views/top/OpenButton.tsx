/** The button and the file dialog behind it. */
import { FolderOpen } from 'lucide-react';
import { addFiles } from '../../store/analyse';
import { IMAGE_EXTENSIONS } from '../../store/files';

const ID = 'open-images';

/** Also reached by key and from the empty screen. */
export function openFileDialog(): void {
  document.getElementById(ID)?.click();
}

export function OpenButton() {
  return (
    <>
      <button type="button" onClick={openFileDialog} title="Open images (O), or drop them anywhere">
        <FolderOpen size={15} aria-hidden="true" />
        Open
      </button>
      <input
        id={ID}
        className="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Open images"
        accept={`image/*,${IMAGE_EXTENSIONS.map((extension) => `.${extension}`).join(',')}`}
        onChange={({ target }) => {
          if (target.files?.length) void addFiles([...target.files]);
          // So that the same file can be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}
