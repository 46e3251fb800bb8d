/** Whether a photograph that has no picture yet is not there at all: left out of a bundle, or taken away since. */
import { useEffect, useState } from 'react';
import { fileOf } from '../../store/pictures';

/** The image whose file is known to be missing is remembered by id: that of another one is asked for anew. */
export function useMissing(imageId: string, pictured: boolean): boolean {
  const [missing, setMissing] = useState<string | null>(null);
  useEffect(() => {
    if (!imageId || pictured) return;
    let shown = true;
    void fileOf(imageId).then((file) => {
      if (shown) setMissing(file ? null : imageId);
    });
    return () => {
      shown = false;
    };
  }, [imageId, pictured]);
  return !pictured && missing === imageId && imageId !== '';
}
