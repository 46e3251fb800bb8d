/** What is on screen once there are images: list, field, gallery and table, the selected cell. Not part of the first paint. */
import { useStore } from '../store/store';
import { CellPanel } from './cell/CellPanel';
import { FilterStrip } from './FilterStrip';
import { ImageList } from './images/ImageList';
import { Tray } from './tray/Tray';
import { Viewer } from './viewer/Viewer';

export default function Workbench() {
  const galleryLarge = useStore((state) => state.galleryLarge);
  const filtered = useStore((state) => state.typeFilter !== null);
  return (
    <>
      <ImageList />
      <main className="middle" data-gallery={galleryLarge || undefined} data-filtered={filtered || undefined}>
        <FilterStrip />
        {!galleryLarge && <Viewer />}
        <Tray />
      </main>
      <CellPanel />
    </>
  );
}
