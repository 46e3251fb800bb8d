"""White point: the colour of the empty background, per image, as a constant or a smooth surface.

Twin of src/engine/saliency/whitePoint.ts; golden/detector.json keeps the two equal.
"""

from __future__ import annotations

import numpy as np

from . import constants as c


def thumbnail(image: np.ndarray, size: int = c.WHITE_THUMBNAIL) -> np.ndarray:
    """Box-average an image to size x size.

    image: uint8 [H, W, 3]. Returns float64 [size, size, 3] in [0, 1]. Bin i covers source rows
    floor(i*H/size) to floor((i+1)*H/size), never fewer than one.
    """
    height, width = image.shape[:2]
    edges = []
    for n in (height, width):
        start = np.arange(size) * n // size
        stop = np.maximum(start + 1, (np.arange(size) + 1) * n // size)
        edges.append((start, stop))
    (y0, y1), (x0, x1) = edges
    total = np.zeros((height + 1, width + 1, 3))
    total[1:, 1:] = image.astype(np.float64).cumsum(0).cumsum(1)
    sums = (
        total[y1][:, x1] - total[y0][:, x1] - total[y1][:, x0] + total[y0][:, x0]
    )
    areas = np.outer(y1 - y0, x1 - x0)[..., None]
    return sums / areas / 255.0


def quantile(values: np.ndarray, q: float) -> np.ndarray:
    """Lower empirical quantile along axis 0: the sorted value at floor(q * (n - 1))."""
    return np.sort(values, axis=0)[int(np.floor(q * (len(values) - 1)))]


def basis(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Quadratic basis [1, x, y, x^2, xy, y^2] of coordinates in [-1, 1]; last axis 6."""
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


class WhitePoint:
    """constant: [3] in (0, 1]; surface: [6, 3] quadratic coefficients, or None."""

    def __init__(self, constant: np.ndarray, surface: np.ndarray | None):
        self.constant = constant
        self.surface = surface

    def at(self, width: int, height: int) -> np.ndarray:
        """White at every pixel centre; [H, W, 3] (or [1, 1, 3] for a constant)."""
        if self.surface is None:
            return self.constant[None, None]
        x = (np.arange(width) + 0.5) / width * 2 - 1
        y = (np.arange(height) + 0.5) / height * 2 - 1
        grid = basis(*np.meshgrid(x, y)) @ self.surface
        return np.clip(grid, 0.5 * self.constant, 1.3 * self.constant)


def estimate(image: np.ndarray, surface: bool) -> WhitePoint:
    """Estimate the white point of a uint8 [H, W, 3] image.

    Constant: per channel the 0.95 quantile of a 64x64 thumbnail. Surface (fields only): the
    expectile (asymmetric least squares, Newey and Powell 1987) quadratic through the 0.9
    quantiles of 8x8 blocks, so that dark cells do not pull it down.
    """
    small = thumbnail(image)
    constant = np.maximum(quantile(small.reshape(-1, 3), c.WHITE_QUANTILE), 0.2)
    if not surface or max(image.shape[:2]) < c.WHITE_SURFACE_MIN_SIDE:
        return WhitePoint(constant, None)
    n = c.WHITE_BLOCKS
    side = c.WHITE_THUMBNAIL // n
    blocks = small.reshape(n, side, n, side, 3).transpose(1, 3, 0, 2, 4).reshape(side * side, n * n, 3)
    values = quantile(blocks, c.WHITE_BLOCK_QUANTILE)
    centres = (np.arange(n) + 0.5) / n * 2 - 1
    design = basis(*np.meshgrid(centres, centres)).reshape(n * n, 6)
    coefficients = np.zeros((6, 3))
    for channel in range(3):
        weights = np.ones(n * n)
        for _ in range(c.WHITE_ITERATIONS):
            normal = design.T @ (design * weights[:, None]) + 1e-6 * np.eye(6)
            fit = np.linalg.solve(normal, design.T @ (weights * values[:, channel]))
            above = values[:, channel] > design @ fit
            weights = np.where(above, c.WHITE_EXPECTILE, 1 - c.WHITE_EXPECTILE)
        coefficients[:, channel] = fit
    return WhitePoint(constant, coefficients)


def apply(image: np.ndarray, white: WhitePoint) -> np.ndarray:
    """Divide a uint8 [H, W, 3] image by its white point; float32 [H, W, 3] clipped to [0, 1]."""
    height, width = image.shape[:2]
    return np.clip(image / 255.0 / white.at(width, height), 0, 1).astype(np.float32)
