"""Saliency map -> candidate cells; twin of src/engine/candidates (golden/candidates.json)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from . import constants as c
from . import white_point
from .cues import cues
from .resample import window
from .saliency import SaliencyHead

CELL_THRESHOLD = 0.5
CORE_THRESHOLD = 0.5
MIN_DIAMETER = 7.0  # grid px


@dataclass
class Candidate:
    """A probable white cell. Centre and diameter (mean of its box's sides) in px of the image."""

    x: float
    y: float
    diameter: float
    score: float


def grid_of(width: int, height: int) -> tuple[float, int, int]:
    """Reduction factor and grid size (multiples of SALIENCY_STRIDE that cover the image)."""
    factor = min(max(max(width, height) / c.FIELD_LONG_SIDE, 1.0), c.FIELD_MAX_REDUCTION)
    stride = c.SALIENCY_STRIDE
    sides = [int(np.ceil(np.ceil(n / factor) / stride)) * stride for n in (width, height)]
    return factor, sides[0], sides[1]


def field_saliency(head: SaliencyHead, clean: np.ndarray) -> tuple[np.ndarray, float]:
    """Cell and core probability [2, h, w] of a white-pointed float [H, W, 3] image, and the factor."""
    height, width = clean.shape[:2]
    factor, w, h = grid_of(width, height)
    small = window(clean, (0, 0, w * factor, h * factor), (w, h), 1.0)
    with torch.no_grad():
        logits = head(cues(torch.from_numpy(small).permute(2, 0, 1)[None].clamp(0, 1)))
    return torch.sigmoid(logits)[0].numpy(), factor


def find(saliency: np.ndarray, factor: float) -> list[Candidate]:
    """Cores are components of the core map; each cell pixel goes to the nearest core it touches.

    saliency: [2, h, w] from field_saliency. Regions whose diameter is under MIN_DIAMETER grid px
    are dropped. Sorted by score (mean core probability), best first.
    """
    cell, core = saliency[0] > CELL_THRESHOLD, saliency[1] > CORE_THRESHOLD
    cell = cell | core
    seeds, count = ndimage.label(core)
    regions = grow(seeds, cell)
    found = []
    for i, box in enumerate(ndimage.find_objects(regions, count)):
        if box is None:
            continue
        rows, columns = box
        diameter = (rows.stop - rows.start + columns.stop - columns.start) / 2
        if diameter < MIN_DIAMETER:
            continue
        score = float(saliency[1][seeds == i + 1].mean())
        x, y = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
        found.append(Candidate(x * factor, y * factor, diameter * factor, score))
    return sorted(found, key=lambda f: -f.score)


def grow(seeds: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Grow labelled seeds ring by ring (4-neighbours; lowest label wins a tie) through `inside`."""
    labels = seeds.copy()
    while True:
        padded = np.pad(labels, 1)
        big = np.iinfo(labels.dtype).max
        around = np.stack([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
        nearest = np.where(around == 0, big, around).min(0)
        fresh = inside & (labels == 0) & (nearest != big)
        if not fresh.any():
            return labels
        labels[fresh] = nearest[fresh]


def central(candidates: list[Candidate], width: int, height: int) -> Candidate:
    """The one cell of a crop: the candidate nearest the centre, or a default there (0.45 of the side)."""
    default = Candidate(width / 2, height / 2, 0.45 * min(width, height), 0.0)
    near = [
        k
        for k in candidates
        if np.hypot(k.x - width / 2, k.y - height / 2) < max(0.5 * k.diameter, 0.15 * min(width, height))
    ]
    return min(near, key=lambda k: np.hypot(k.x - width / 2, k.y - height / 2), default=default)


def clean_image(image: np.ndarray, crop: bool) -> np.ndarray:
    """White-point a uint8 image: surface for fields, constant for crops."""
    return white_point.apply(image, white_point.estimate(image, surface=not crop))
