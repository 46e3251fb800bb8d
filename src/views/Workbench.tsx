/** What is on screen once there are images: list, field, gallery and table, the selected cell. Not part of the first paint. */
import { useStore } from '../store/store';
import { CellPanel } from './cell/CellPanel';
import { ImageList } from './images/ImageList';
import { Tray } from './tray/Tray';
import { Viewer } from './viewer/Viewer';

export default function Workbench() {
  const galleryLarge = useStore((state) => state.galleryLarge);
  return (
    <>
      <ImageList />
      <main className="middle" data-gallery={galleryLarge || undefined}>
        {!galleryLarge && <Viewer />}
        <Tray />
      </main>
      <CellPanel />
    </>
  );
}
