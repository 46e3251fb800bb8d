/** Takes files that are dropped on or pasted into the window, wherever. */
import { useEffect, useState } from 'react';
import { fromDrop } from '../store/files';
import { addFiles } from '../store/intake';

/** True while files are dragged over the window. */
export function useFilesFromAnywhere(): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const on = <Name extends keyof WindowEventMap>(name: Name, listener: (event: WindowEventMap[Name]) => void) =>
      addEventListener(name, listener, { signal: listening.signal });
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    on('dragover', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragging(true);
    });
    // Leaving a child fires too; only leaving the window has nowhere it goes.
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setDragging(false);
    });
    on('drop', (event) => {
      setDragging(false);
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      void addFiles(fromDrop(event.dataTransfer));
    });
    on('paste', (event) => {
      if (event.clipboardData?.files.length) void addFiles([...event.clipboardData.files]);
    });
    return () => listening.abort();
  }, []);
  return dragging;
}
