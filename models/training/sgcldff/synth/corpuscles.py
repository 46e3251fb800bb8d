"""Red cells and platelets: geometry and stained appearance."""

from dataclasses import dataclass

import numpy as np

from . import shapes

# Diameters relative to a neutrophil's (13 um): red cell 7.5 um, platelet 1.5-3.5 um.
RED_CELL_DIAMETER = 0.575
PLATELET_DIAMETER = (0.13, 0.27)


@dataclass(frozen=True)
class Corpuscle:
    """A rendered red cell or platelet. x0, y0: field px of the raster's corner; density: float32 (h, w, 3) optical
    density, zero outside; mask: bool (h, w)."""

    x0: int
    y0: int
    density: np.ndarray
    mask: np.ndarray


def _raster(x, y, reach):
    x0, y0 = int(np.floor(x)) - reach, int(np.floor(y)) - reach
    side = np.arange(2 * reach + 1, dtype=np.float32) + 0.5
    return x0, y0, side[None, :] + np.float32(x0 - x), side[:, None] + np.float32(y0 - y)


def red_cell(rng, x, y, diameter, dyes, rim, pallor, lying=1.0):
    """One red cell centred at x, y (px).

    rim: strength of the refraction line, 0..1; pallor: depth of the central pallor, 0..1; lying: 1 for a disc seen
    from above, less for one seen aslant."""
    radius = diameter / 2
    elongation = (1 - lying) / 2 + rng.uniform(0, 0.05)
    outline = shapes.random_outline(rng, radius, 0.022, elongation, highest=5)
    reach = int(np.ceil(radius * (1 + np.abs(outline.amplitudes).sum()))) + 3
    x0, y0, dx, dy = _raster(x, y, reach)
    border = outline.at(np.arctan2(dy, dx))
    # The pallor is seldom quite central.
    shift = rng.normal(0, 0.07 * radius, 2).astype(np.float32)
    rho = np.hypot(dx, dy)
    share = rho / border
    inner = np.hypot(dx - shift[0], dy - shift[1]) / border
    # Biconcave disc: thin in the middle, thickest at about two thirds of the radius.
    width = rng.uniform(0.34, 0.52)
    dip = pallor / (1 + np.exp(np.clip((inner - width) / rng.uniform(0.06, 0.12), -20, 20)))
    thickness = (1.0 - dip) * np.sqrt(np.clip(1.12 - share**4 * 0.75, 0, None))
    sharp = max(0.5, 0.02 * radius)
    cover = 1 / (1 + np.exp(np.clip((rho - border) / sharp, -20, 20)))
    line = np.exp(-(((rho - border + 1.2 * sharp) / (0.055 * radius + 0.5)) ** 2))
    amount = rng.uniform(0.82, 1.12) * cover * (thickness + 0.9 * rim * line)
    density = (amount[..., None] * dyes["red_cell"]).astype(np.float32)
    return Corpuscle(x0, y0, density, rho < border)


def platelet(rng, x, y, diameter, dyes):
    """One platelet centred at x, y (px): a ragged disc, granular in the middle (granulomere), pale at the edge."""
    radius = max(diameter / 2, 1.2)
    outline = shapes.random_outline(rng, radius, 0.07, rng.uniform(0, 0.16), highest=7)
    reach = int(np.ceil(radius * (1 + np.abs(outline.amplitudes).sum()))) + 3
    x0, y0, dx, dy = _raster(x, y, reach)
    rho = np.hypot(dx, dy)
    border = outline.at(np.arctan2(dy, dx))
    cover = 1 / (1 + np.exp(np.clip((rho - border) / max(0.5, 0.05 * radius), -20, 20)))
    grains = np.clip(shapes.smooth_noise(rng, rho.shape, max(0.6, 0.13 * radius)), -1.2, 2.5)
    core = np.exp(-((rho / (0.62 * border)) ** 4))
    amount = cover * (0.38 + core * (0.45 + 0.35 * grains))
    amount = np.maximum(amount, 0) * rng.uniform(0.8, 1.2)
    return Corpuscle(x0, y0, (amount[..., None] * dyes["platelet"]).astype(np.float32), rho < border)
