"""The five white blood cell types: geometry and stained appearance of one cell.

Sources for the morphology: standard haematology teaching (diameters in Wright-stained smears, um: neutrophil 12-14,
eosinophil 12-16, basophil 10-14, lymphocyte 8-12, monocyte 14-20), checked by eye against public smear photographs.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from . import granules, shapes

TYPES = ("neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte")

# Diameter of each type relative to a neutrophil's, which is what `cell_diameter` means: (low, high).
RELATIVE_DIAMETER = {
    "neutrophil": (0.93, 1.07),
    "eosinophil": (0.95, 1.1),
    "basophil": (0.88, 1.02),
    "lymphocyte": (0.68, 0.84),
    "monocyte": (1.12, 1.34),
}

# Outline: (roughness, elongation low, elongation high).
_OUTLINE = {
    "neutrophil": (0.012, 0.0, 0.06),
    "eosinophil": (0.012, 0.0, 0.06),
    "basophil": (0.022, 0.01, 0.09),
    "lymphocyte": (0.016, 0.0, 0.06),
    "monocyte": (0.040, 0.02, 0.10),
}

# Chromatin: (density, coarse clump contrast, grain contrast, rim contrast).
_CHROMATIN = {
    "neutrophil": (1.06, 0.24, 0.10, 0.16),
    "eosinophil": (1.00, 0.24, 0.10, 0.16),
    "basophil": (0.92, 0.16, 0.10, 0.06),
    "lymphocyte": (1.08, 0.17, 0.08, 0.10),
    "monocyte": (0.84, 0.18, 0.12, 0.14),
}

# The nucleus stays this far inside the cell, in px, so that every cell keeps a rim of cytoplasm in its mask.
NUCLEUS_MARGIN = 1.6


@dataclass(frozen=True)
class WhiteCell:
    """One white cell before rendering. x, y: centre in px (x right, y down); outline in px."""

    type: str
    x: float
    y: float
    outline: shapes.Outline

    @property
    def reach(self):
        """Largest distance (px) from the centre to the outline, or a little more."""
        return self.outline.radius * (1 + np.abs(self.outline.amplitudes).sum())

    def distance(self, xs, ys):
        """Approximate signed distance (px, negative inside) of the points xs, ys in field coordinates."""
        return self.outline.distance(xs - np.float32(self.x), ys - np.float32(self.y))


@dataclass(frozen=True)
class Patch:
    """A rendered cell on its own raster. x0, y0: field px of the raster's corner; distance: signed distance to the
    cell's edge, float32 (h, w) px; nucleus: bool (h, w); alpha: coverage float32 (h, w) in [0, 1];
    density: optical density float32 (h, w, 3)."""

    x0: int
    y0: int
    distance: np.ndarray
    nucleus: np.ndarray
    alpha: np.ndarray
    density: np.ndarray


def random_outline(rng, cell_type, cell_diameter):
    """Outline of a new cell of the type, for a field whose neutrophils measure cell_diameter px."""
    roughness, low, high = _OUTLINE[cell_type]
    # Most cells are neat; a few are pulled out of shape by the spreading of the smear.
    roughness *= 0.7 + 1.8 * rng.random() ** 3
    diameter = cell_diameter * rng.uniform(*RELATIVE_DIAMETER[cell_type])
    return shapes.random_outline(rng, diameter / 2, roughness, rng.uniform(low, high))


def nucleus_distance(rng, cell_type, u, v):
    """Signed distance to the nucleus in cell radii (see `shapes`)."""
    if cell_type == "neutrophil":
        lobes = int(rng.choice([2, 3, 4, 5], p=[0.2, 0.42, 0.28, 0.1]))
        size = {2: 0.34, 3: 0.29, 4: 0.26, 5: 0.235}[lobes]
        return shapes.lobed_nucleus(rng, u, v, lobes, size, rng.uniform(0.03, 0.10), rng.uniform(0.42, 0.52))
    if cell_type == "eosinophil":
        lobes = 2 if rng.random() < 0.85 else 3
        size = 0.345 if lobes == 2 else 0.29
        return shapes.lobed_nucleus(rng, u, v, lobes, size, rng.uniform(0.05, 0.10), rng.uniform(0.42, 0.5))
    if cell_type == "basophil":
        return shapes.lobed_nucleus(rng, u, v, int(rng.integers(2, 4)), 0.40, 0.22, 0.34)
    if cell_type == "lymphocyte":
        dent = rng.uniform(0.08, 0.16) if rng.random() < 0.3 else 0.0
        return shapes.round_nucleus(rng, u, v, rng.uniform(0.74, 0.86), rng.uniform(0.08, 0.2), dent)
    if rng.random() < 0.25:
        return shapes.round_nucleus(rng, u, v, rng.uniform(0.56, 0.64), rng.uniform(0.1, 0.2), rng.uniform(0.2, 0.3))
    return shapes.kidney_nucleus(rng, u, v, rng.uniform(0.30, 0.38), rng.uniform(0.36, 0.46), rng.uniform(1.6, 3.0))


def render(rng, cell, neighbours, dyes):
    """Render one white cell. neighbours: other WhiteCells it may press against; dyes: `Stain.densities()`."""
    radius = cell.outline.radius
    reach = int(np.ceil(cell.reach)) + 4
    x0, y0 = int(np.floor(cell.x)) - reach, int(np.floor(cell.y)) - reach
    side = 2 * reach + 1
    xs = (np.arange(side, dtype=np.float32) + x0 + 0.5)[None, :]
    ys = (np.arange(side, dtype=np.float32) + y0 + 0.5)[:, None]
    edge = cell.distance(xs, ys)
    for other in neighbours:
        # Cells in contact flatten against each other: the border runs where both outlines are equally near.
        edge = np.maximum(edge, (edge - other.distance(xs, ys)) / 2)

    shape = edge.shape
    warp = 0.045 if cell.type == "lymphocyte" else 0.055
    u = (xs - np.float32(cell.x)) / radius + warp * shapes.smooth_noise(rng, shape, 0.28 * radius)
    v = (ys - np.float32(cell.y)) / radius + warp * shapes.smooth_noise(rng, shape, 0.28 * radius)
    inner = nucleus_distance(rng, cell.type, u, v).astype(np.float32) * radius
    inner = inner + 0.012 * radius * shapes.smooth_noise(rng, shape, 0.06 * radius)
    inner = np.maximum(inner, edge + max(NUCLEUS_MARGIN, 0.035 * radius))

    sharp = max(0.55, 0.012 * radius)
    alpha = _coverage(edge, sharp)
    cover = _coverage(inner, sharp)[..., None]
    density = _cytoplasm(rng, cell.type, edge, inner, radius, dyes)
    density = density * (1 - cover) + _chromatin(rng, cell.type, inner, radius)[..., None] * dyes["nucleus"] * cover
    if cell.type == "basophil":
        density = granules.basophil(rng, density, edge, radius, dyes["basophil_granule"])
    # Two dyes never stack to black: past this the camera sees no darker.
    density = np.minimum(density, 2.6).astype(np.float32)
    return Patch(x0, y0, edge, (inner < 0) & (edge < 0), alpha, density)


def _coverage(distance, sharp):
    return (1 / (1 + np.exp(np.clip(distance / sharp, -20, 20)))).astype(np.float32)


def _chromatin(rng, cell_type, inner, radius):
    """Concentration of the nuclear dye, float (h, w)."""
    base, clump, grain, rim = _CHROMATIN[cell_type]
    shape = inner.shape
    coarse = shapes.smooth_noise(rng, shape, 0.075 * radius)
    fine = shapes.smooth_noise(rng, shape, max(0.7, 0.025 * radius))
    out = base * (1 + clump * np.tanh(1.2 * coarse) + grain * fine)
    out = out + base * rim * np.exp(-((inner / (0.045 * radius)) ** 2))
    if cell_type == "monocyte":
        # Lacy chromatin: pale folds run through the nucleus.
        folds = np.abs(shapes.smooth_noise(rng, shape, 0.13 * radius))
        out = out - 0.16 * np.exp(-((folds / 0.2) ** 2)) + 0.05
    if cell_type == "lymphocyte" and rng.random() < 0.3:
        out = out - 0.18 * np.exp(-((inner + 0.4 * radius) / (0.12 * radius)) ** 2) * (coarse > 0.6)
    return np.maximum(out, 0.25)


def _cytoplasm(rng, cell_type, edge, inner, radius, dyes):
    """Optical density of the cytoplasm with its granules and vacuoles, float (h, w, 3)."""
    shape = edge.shape
    cloud = shapes.smooth_noise(rng, shape, 0.16 * radius)
    mottle = shapes.smooth_noise(rng, shape, max(0.7, 0.035 * radius))
    rim = np.exp(-((edge / (0.06 * radius)) ** 2))
    if cell_type in ("neutrophil", "eosinophil", "basophil"):
        base = dyes["pink_cytoplasm"] * (1 + 0.06 * cloud + 0.07 * mottle + 0.22 * rim)[..., None]
        if cell_type == "neutrophil":
            speckle = granules.neutrophil(rng, shape, radius)
            return base + dyes["neutrophil_granule"] * speckle[..., None]
        if cell_type == "eosinophil":
            packed = granules.eosinophil(rng, shape, radius)
            # A clear bluish zone is often left free of granules beside the nucleus.
            free = _coverage(inner - 0.07 * radius, 0.03 * radius) * (cloud > 0.1)
            free = ndimage.gaussian_filter(free.astype(np.float32), 0.03 * radius)[..., None]
            packed = dyes["eosinophil_granule"] * packed[..., None]
            return base * 0.25 + packed * (1 - 0.75 * free) + dyes["blue_cytoplasm"] * 0.5 * free
        return base * 0.9 + dyes["basophil_granule"] * 0.06
    strength = rng.uniform(0.7, 1.1) if cell_type == "lymphocyte" else rng.uniform(0.5, 0.68)
    body = 1 + 0.10 * cloud + 0.07 * mottle + (0.35 if cell_type == "lymphocyte" else 0.22) * rim
    # The Golgi field beside the nucleus stains less.
    body = body - 0.18 * np.exp(-((inner / (0.14 * radius)) ** 2))
    density = dyes["blue_cytoplasm"] * (strength * body)[..., None]
    if cell_type == "monocyte":
        # Ground glass: fine azurophilic dust greys the blue.
        density = density + dyes["neutrophil_granule"] * (0.15 + 0.10 * np.clip(mottle, 0, 3))[..., None]
        density = density * granules.vacuoles(rng, edge, inner, radius)[..., None]
    return np.maximum(density, 0)
