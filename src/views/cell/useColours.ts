/** Mean colours of a cell, once its field is decoded. */
import { useEffect, useState } from 'react';
import type { CellColours } from '../../domain/measure/cellMeasures';
import type { ReviewCell } from '../../domain/review/cells';
import { coloursOf } from '../../store/colours';
import type { ImageEntry } from '../../store/images';

export function useColours(image: ImageEntry, { box, mask }: ReviewCell): CellColours | null {
  const [colours, setColours] = useState<CellColours | null>(null);
  useEffect(() => {
    let current = true;
    // Walking the cells comes first: a pause makes it worth reading px.
    const timer = setTimeout(async () => {
      const found = await coloursOf(image, { box, mask });
      if (current) setColours(found);
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [image, box, mask]);
  return colours;
}
