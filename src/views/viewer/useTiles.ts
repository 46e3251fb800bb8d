/** The tiles of a large image that the viewer needs for what it shows, decoded as they come into view. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Pyramid } from '../../domain/pyramid';
import { pyramidFor } from '../../store/pictures';
import { getPixels, subscribePixels, tileKey, wantPixels } from '../../store/pixels';
import type { Camera, Size } from './camera';
import { levelFor, type PlacedTile, tilesInView } from './tiles';

/** A tile with its picture; the box is in px of the image. */
export interface DrawnTile extends PlacedTile {
  bitmap: ImageBitmap;
}

const NONE: readonly DrawnTile[] = [];

/** Coarse to fine, so that what is not there yet shows the level above it. */
export function useTiles(imageId: string, camera: Camera | null, view: Size): readonly DrawnTile[] {
  const pyramid = useSyncExternalStore(subscribePixels, () => pyramidFor(imageId));
  // Changes whenever a tile of this image comes or goes.
  const present = useSyncExternalStore(subscribePixels, () => presentKeys(imageId, pyramid));
  const wanted = useMemo(() => {
    if (!pyramid || !camera) return '';
    const level = levelFor(pyramid, camera.scale * devicePixelRatio);
    return tilesInView(pyramid, level, camera, view)
      .map(({ index }) => tileKey(imageId, level, index))
      .join(' ');
  }, [pyramid, camera, view, imageId]);
  useEffect(() => {
    const release = wanted
      .split(' ')
      .filter(Boolean)
      .map((key) => wantPixels(key));
    return () => {
      for (const letGo of release) letGo();
    };
  }, [wanted]);
  return useMemo(() => {
    if (!pyramid || !camera || !present) return NONE;
    const finest = levelFor(pyramid, camera.scale * devicePixelRatio);
    const drawn: DrawnTile[] = [];
    for (let level = pyramid.levels.length - 2; level >= finest; level--) {
      for (const tile of tilesInView(pyramid, level, camera, view)) {
        const bitmap = getPixels(tileKey(imageId, level, tile.index));
        if (bitmap) drawn.push({ ...tile, bitmap });
      }
    }
    return drawn;
  }, [pyramid, camera, view, imageId, present]);
}

function presentKeys(imageId: string, pyramid: Pyramid | undefined): string {
  if (!pyramid) return '';
  return pyramid.levels
    .map(({ tiles }, level) =>
      tiles.map((_, index) => (getPixels(tileKey(imageId, level, index)) ? '1' : '0')).join(''),
    )
    .join(' ');
}
