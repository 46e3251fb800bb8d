"""Antialiased resampling of a window of an image; twin of src/engine/kernels/resampleWindow.ts."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix


def weights(start: float, stop: float, size: int, limit: int) -> np.ndarray:
    """Triangle-filter weights [size, limit] that resample [start, stop) of a line of `limit` pixels.

    The filter's half width is the larger of one source and one target pixel (as in Pillow's
    BILINEAR), rows sum to at most 1: what falls outside the line is left to the background.
    """
    scale = (stop - start) / size
    radius = max(scale, 1.0)
    centres = start + (np.arange(size) + 0.5) * scale
    first, last = int(np.floor(start - radius)) - 1, int(np.ceil(stop + radius)) + 2
    positions = np.arange(first, last)
    raw = np.maximum(0, 1 - np.abs(positions[None] + 0.5 - centres[:, None]) / radius)
    raw /= raw.sum(1, keepdims=True)
    result = np.zeros((size, limit))
    lo, hi = max(first, 0), min(last, limit)
    if hi > lo:
        result[:, lo:hi] = raw[:, lo - first : hi - first]
    return result


def window(image: np.ndarray, box: tuple[float, float, float, float], size: tuple[int, int], outside: float) -> np.ndarray:
    """Resample box (x0, y0, x1, y1; px, may leave the image) of image [H, W, C] to size (w, h).

    Pixels outside the image count as `outside`. Returns float32 [h, w, C].
    """
    height, width = image.shape[:2]
    wx = weights(box[0], box[2], size[0], width)
    wy = weights(box[1], box[3], size[1], height)
    used_x, used_y = np.flatnonzero(wx.any(0)), np.flatnonzero(wy.any(0))
    if not len(used_x) or not len(used_y):
        return np.full((size[1], size[0], image.shape[2]), outside, np.float32)
    sx = slice(used_x[0], used_x[-1] + 1)
    sy = slice(used_y[0], used_y[-1] + 1)
    part = image[sy, sx].astype(np.float32)
    rows, columns, channels = part.shape
    down = csr_matrix(wy[:, sy].astype(np.float32)) @ part.reshape(rows, -1)
    across = down.reshape(size[1], columns, channels).transpose(1, 0, 2).reshape(columns, -1)
    values = (csr_matrix(wx[:, sx].astype(np.float32)) @ across).reshape(size[0], size[1], channels).transpose(1, 0, 2)
    cover = np.outer(wy[:, sy].sum(1), wx[:, sx].sum(1))[..., None]
    return (values + (1 - cover) * outside).astype(np.float32)
