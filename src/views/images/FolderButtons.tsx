/** Opens a folder as a whole, and reads the one that is remembered again. */
import { FolderPlus, FolderSync } from 'lucide-react';
import { readFolderAgain } from '../../store/folder';
import { useStore } from '../../store/store';
import { openFolderDialog } from '../top/OpenButton';

export function FolderButtons({ words = false }: { words?: boolean }) {
  const folder = useStore((state) => state.folder);
  const kind = words ? '' : 'plain';
  return (
    <>
      <button
        type="button"
        className={kind}
        aria-label="Open a folder"
        title="Open a folder with all its images"
        onClick={openFolderDialog}
      >
        {words ? 'Choose a folder\u2026' : <FolderPlus size={15} aria-hidden="true" />}
      </button>
      {folder && (
        <button
          type="button"
          className={kind}
          aria-label={`Read the folder ${folder.name} again`}
          title={`Take in what is new in \u2018${folder.name}\u2019`}
          onClick={() => void readFolderAgain()}
        >
          {words ? `Read \u2018${folder.name}\u2019 again` : <FolderSync size={15} aria-hidden="true" />}
        </button>
      )}
    </>
  );
}
