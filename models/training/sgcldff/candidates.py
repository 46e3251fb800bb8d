"""Saliency map -> candidate cells; twin of src/engine/candidates (golden/detector.json)."""

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
NECK = 0.75
LEAST_RADIUS = 3.0  # grid px


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
    """Cores are components of the core map; each cell pixel goes to the nearest core it touches,
    and regions with a neck are split.

    saliency: [2, h, w] from field_saliency. Regions whose diameter is under MIN_DIAMETER grid px
    are dropped. Sorted by score (mean core probability), best first.
    """
    cell, core = saliency[0] > CELL_THRESHOLD, saliency[1] > CORE_THRESHOLD
    cell = cell | core
    seeds, count = ndimage.label(core)
    regions, count = split(grow(seeds, cell), count)
    found = []
    for i, box in enumerate(ndimage.find_objects(regions, count)):
        if box is None:
            continue
        rows, columns = box
        diameter = (rows.stop - rows.start + columns.stop - columns.start) / 2
        if diameter < MIN_DIAMETER:
            continue
        inside = regions == i + 1
        held = saliency[1][inside & (seeds > 0)]
        # A part split off may hold no core: its best pixel stands for it.
        score = float(held.mean() if held.size else saliency[1][inside].max())
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


def split(labels: np.ndarray, count: int) -> tuple[np.ndarray, int]:
    """Split labelled regions at necks: a watershed on the distance to the border.

    Pixels are taken from the inside out; where two basins meet at a half width above NECK of the
    smaller one's they become one. New parts get labels from count + 1.
    """
    out = np.zeros_like(labels)
    total = count
    for region in range(1, count + 1):
        names: dict[int, int] = {}
        basins = _basins(labels == region)
        for at in np.flatnonzero(basins):
            basin = int(basins.flat[at])
            if basin not in names:
                total += len(names) > 0
                names[basin] = total if names else region
            out.flat[at] = names[basin]
    return out, total


def _basins(inside: np.ndarray) -> np.ndarray:
    """Basin of every pixel of one region, named by 1 + its peak's index; 0 outside."""
    height, width = inside.shape
    squared = np.round(ndimage.distance_transform_edt(inside) ** 2).ravel() if not inside.all() else np.full(inside.size, np.inf)
    basins = np.zeros(inside.size, np.int64)
    parents: dict[int, int] = {}

    def root_of(basin: int) -> int:
        while parents[basin] != basin:
            basin = parents[basin]
        return basin

    order = np.flatnonzero(inside.ravel())
    for at in order[np.lexsort((order, -squared[order]))]:
        x = at % width
        near = [at - 1 if x > 0 else -1, at + 1 if x < width - 1 else -1, at - width, at + width if at < width * (height - 1) else -1]
        roots = {root_of(int(basins[n])) for n in near if n >= 0 and basins[n]}
        ranked = sorted(roots, key=lambda b: (-squared[b - 1], b))
        first = ranked[0] if ranked else int(at) + 1
        if not ranked:
            parents[first] = first
        basins[at] = first
        for other in ranked[1:]:
            radius = np.sqrt(squared[other - 1])
            if radius < LEAST_RADIUS or np.sqrt(squared[at]) > NECK * radius:
                parents[other] = first
    named = np.array([root_of(int(b)) if b else 0 for b in basins])
    return named.reshape(inside.shape)


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
