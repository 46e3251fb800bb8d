"""Granules and vacuoles of white cells, as concentration maps on the cell's raster (float, (h, w))."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from . import shapes


def neutrophil(rng, shape, radius):
    """Fine violet-pink granules: dense dust plus scattered larger grains."""
    sigma = max(0.5, 0.016 * radius)
    dust = np.clip(shapes.smooth_noise(rng, shape, sigma) - 0.5, 0, 3)
    grains = np.clip(shapes.smooth_noise(rng, shape, 1.8 * sigma) - 1.5, 0, 2)
    return rng.uniform(0.7, 1.3) * (0.2 * dust + 0.36 * grains)


def eosinophil(rng, shape, radius):
    """Coarse round granules packed side by side: cells of a jittered lattice, each brighter towards its middle edge."""
    pitch = max(2.0, 0.085 * radius)
    rows, columns = int(shape[0] / pitch) + 3, int(shape[1] / pitch) + 3
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    x = (x + 0.5 * (y % 2) + rng.uniform(-0.42, 0.42, x.shape) - 1) * pitch
    y = (y + rng.uniform(-0.42, 0.42, y.shape) - 1) * pitch
    pixels = np.stack(np.mgrid[0 : shape[0], 0 : shape[1]][::-1], -1).reshape(-1, 2)
    near, index = cKDTree(np.stack([x.ravel(), y.ravel()], -1)).query(pixels)
    near, index = near.reshape(shape), index.reshape(shape)
    body = np.clip(1.1 - (near / (0.72 * pitch)) ** 2, 0, 1)
    each = rng.uniform(0.6, 1.3, x.size)[index]
    return (0.5 + 0.5 * body * each).astype(np.float32)


def basophil(rng, density, edge, radius, dye):
    """Lay coarse dark granules over a basophil, nucleus included; density: (h, w, 3), edge: signed distance px.

    Returns the new density. Where grains overlap the darkest one counts: a stack of them looks no darker than one."""
    h, w = edge.shape
    strongest = np.zeros(edge.shape, np.float32)
    wanted = int(rng.integers(150, 280))
    # Outer grains are the ones a haematologist goes by: keep them frequent up to the cell's very edge.
    angle = rng.uniform(0, 2 * np.pi, wanted)
    rho = radius * np.sqrt(rng.uniform(0.02, 1.0, wanted))
    size = np.maximum(0.9, radius * rng.uniform(0.022, 0.068, wanted))
    power = rng.uniform(0.5, 1.15, wanted)
    for a, r, s, p in zip(angle, rho, size, power, strict=True):
        x, y = w / 2 + r * np.cos(a), h / 2 + r * np.sin(a)
        reach = int(np.ceil(s * 1.8)) + 1
        xa, xb = max(0, int(x) - reach), min(w, int(x) + reach + 1)
        ya, yb = max(0, int(y) - reach), min(h, int(y) + reach + 1)
        if xa >= xb or ya >= yb:
            continue
        gx, gy = np.arange(xa, xb) + 0.5 - x, np.arange(ya, yb) + 0.5 - y
        grain = p / (1 + np.exp(np.clip((np.hypot(gx[None, :], gy[:, None]) - s) / (0.18 * s + 0.2), -20, 20)))
        view = strongest[ya:yb, xa:xb]
        np.maximum(view, grain, out=view)
    strongest = strongest[..., None]
    cover = np.minimum(strongest, 1)
    return density * (1 - 0.75 * cover) + dye * strongest * 0.95


def vacuoles(rng, edge, inner, radius):
    """Factor on the cytoplasm's density, 1 outside and about 0.2 inside round clear vacuoles."""
    out = np.ones(edge.shape, np.float32)
    wanted = int(rng.integers(0, 9))
    free = np.argwhere((edge < -0.10 * radius) & (inner > 0.05 * radius))
    if wanted == 0 or len(free) == 0:
        return out
    ys, xs = np.mgrid[0 : edge.shape[0], 0 : edge.shape[1]]
    for y, x in free[rng.integers(0, len(free), wanted)]:
        size = max(1.0, radius * rng.uniform(0.03, 0.075))
        near = np.hypot(xs - x, ys - y)
        out *= 1 - 0.8 / (1 + np.exp(np.clip((near - size) / 0.6, -20, 20)))
    return ndimage.gaussian_filter(out, 0.4)
