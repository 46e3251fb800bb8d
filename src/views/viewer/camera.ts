/** Where the viewer looks: pure functions from camera to camera. */

/** Screen = image * scale + (x, y), in CSS px. */
export interface Camera {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

const MAX_SCALE = 40;
const MARGIN = 12;

/** The whole image in the middle. */
export function whole(image: Size, view: Size): Camera {
  const scale = Math.min((view.width - 2 * MARGIN) / image.width, (view.height - 2 * MARGIN) / image.height);
  const safe = Math.max(scale, 1e-4);
  return { scale: safe, x: (view.width - image.width * safe) / 2, y: (view.height - image.height * safe) / 2 };
}

/** Zooms by a factor around a point of the screen, which stays where it is. */
export function zoomAt(camera: Camera, factor: number, at: { x: number; y: number }, image: Size, view: Size): Camera {
  const least = Math.min(whole(image, view).scale, 1) / 2;
  const scale = Math.min(MAX_SCALE, Math.max(least, camera.scale * factor));
  const ratio = scale / camera.scale;
  return within({ scale, x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio }, image, view);
}

export function pan(camera: Camera, dx: number, dy: number, image: Size, view: Size): Camera {
  return within({ ...camera, x: camera.x + dx, y: camera.y + dy }, image, view);
}

/** Keeps the middle of the view on the image, so that it cannot be lost. */
function within(camera: Camera, image: Size, view: Size): Camera {
  const clamp = (offset: number, length: number, room: number) =>
    Math.min(room / 2, Math.max(room / 2 - length * camera.scale, offset));
  return { ...camera, x: clamp(camera.x, image.width, view.width), y: clamp(camera.y, image.height, view.height) };
}

export function toImage(camera: Camera, at: { x: number; y: number }): { x: number; y: number } {
  return { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale };
}

/** The same camera where the box is in view, else one moved so that the box is in the middle. */
export function reveal(
  camera: Camera,
  box: { x0: number; y0: number; x1: number; y1: number },
  image: Size,
  view: Size,
): Camera {
  const { scale } = camera;
  const [left, top] = [box.x0 * scale + camera.x, box.y0 * scale + camera.y];
  const [right, bottom] = [box.x1 * scale + camera.x, box.y1 * scale + camera.y];
  if (left >= 0 && top >= 0 && right <= view.width && bottom <= view.height) return camera;
  return pan(camera, view.width / 2 - (left + right) / 2, view.height / 2 - (top + bottom) / 2, image, view);
}
