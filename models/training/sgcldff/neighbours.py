"""Cells with other neighbours than they were photographed with.

A mask leaks where a red cell touches the white one, and the masked sets have few such cells. Here a cell with a
known mask is laid over the surroundings of another crop, whose own cell lies beside it: red cells end at the white
cell's edge, white cells touch it, platelets lie on it, and all of them are background.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from .crops import STORED, UNKNOWN

MOST_UNKNOWN = 0.3
"""Share of a cell's own pixels that may be unlabelled, at its edge, for it to be cut out."""
EDGE = 5
"""Px of the view around a cell within which unlabelled pixels are taken as its edge and stay with it."""
CLOSE, FAR = 0.7, 1.25
"""Distance of the lender's centre from the cell's, in half sides of the view; two cells touch at about 1.1."""


def cut_out(mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What stays with each cell, bool [B, H, W], and whether it can be cut out at all, bool [B]; mask int64 [B, H, W]."""
    cell = (mask == 1) | (mask == 2)
    near = F.max_pool2d(cell[:, None].float(), 2 * EDGE + 1, 1, EDGE)[:, 0] > 0
    edge = near & (mask == UNKNOWN)
    enough = cell.flatten(1).sum(1)
    return cell | edge, (enough > 0) & (edge.flatten(1).sum(1) <= MOST_UNKNOWN * enough)


def lent_views(stored: np.ndarray, side: float, size: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Views [B, 3, size, size] in [0, 1] of stored crops uint8 [B, STORED, STORED, 3], their cells moved aside, and where
    they show the crop, bool [B, size, size]. side: the view's side over the stored crop's."""
    n = len(stored)
    image = torch.from_numpy(stored).permute(0, 3, 1, 2).float() / 255
    draw = torch.rand((n, 4), generator=generator)
    scale = side * torch.exp((draw[:, 0] - 0.5) * 0.5)
    turn, way = draw[:, 1] * 2 * math.pi, draw[:, 2] * 2 * math.pi
    shift = scale * (CLOSE + (FAR - CLOSE) * draw[:, 3])
    cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
    theta = torch.stack([torch.stack([cos, -sin, shift * torch.cos(way)], 1), torch.stack([sin, cos, shift * torch.sin(way)], 1)], 1)
    grid = F.affine_grid(theta, (n, 3, size, size), align_corners=False)
    inside = (grid.abs() < 1 - 1 / STORED).all(3)
    return 1 - F.grid_sample(1 - image, grid, align_corners=False), inside


def restain(rgb: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
    """Images [B, 3, H, W] in [0, 1] taken from one lab's stain to another's by maps of optical density [B, 3, 3]."""
    od = torch.einsum("bij,bjhw->bihw", maps, -torch.log10(rgb.clamp(min=1 / 255)))
    return torch.pow(10.0, -od.clamp(min=0))


def surround(image: torch.Tensor, mask: torch.Tensor, lent: torch.Tensor, inside: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Lays each cell that can be cut out over what it is lent: images [B, 3, H, W], masks int64 [B, H, W], and
    which cells were laid, bool [B]. The others are returned as they are."""
    own, can = cut_out(mask)
    place = inside & can[:, None, None]
    # Soft over about two pixels, as an edge is in a photograph.
    alpha = F.avg_pool2d(own[:, None].float(), 3, 1, 1, count_include_pad=False)
    laid = alpha * image + (1 - alpha) * lent
    return torch.where(place[:, None], laid, image), torch.where(place & ~own, 0, mask), can


class Lenders:
    """The training crops that lend their surroundings: half of them crops of red cells, platelets and debris."""

    def __init__(self, images: np.ndarray, source: np.ndarray, train: np.ndarray, labs: torch.Tensor, transfers: torch.Tensor, learnt: torch.Tensor):
        """images uint8 [N, STORED, STORED, 3]; source: each crop's set, or 'other'; labs int64 [N] index the rows of
        transfers [L, L2, 3, 3], whose columns are the labs that are `learnt`, bool [L]."""
        self.images, self.labs, self.transfers = images, labs, transfers
        self.column = torch.cumsum(learnt.long(), 0) - 1
        self.others = np.flatnonzero(train & (source == "other"))
        self.cells = np.flatnonzero(train & (source != "other") & (source != "synth"))

    def lend(self, chosen: np.ndarray, image: torch.Tensor, mask: torch.Tensor, side: float, share: float, rng: np.random.Generator, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The views of `chosen` crops, images [B, 3, H, W] and masks [B, H, W], about `share` of them in other surroundings, and which, bool [B]: beside
        another lab's red cells a cell's size cannot be told."""
        laid = torch.zeros(len(chosen), dtype=torch.bool)
        some = np.flatnonzero(rng.random(len(chosen)) < share)
        if not len(some):
            return image, mask, laid
        half = rng.random(len(some)) < 0.5 if len(self.others) else np.zeros(len(some), bool)
        lenders = np.where(half, rng.choice(self.others if len(self.others) else self.cells, len(some)), rng.choice(self.cells, len(some)))
        lent, inside = lent_views(self.images[lenders], side, image.shape[-1], generator)
        lent = restain(lent, self.transfers[self.labs[lenders], self.column[self.labs[chosen[some]]]])
        image, mask = image.clone(), mask.clone()
        image[some], mask[some], laid[some] = surround(image[some], mask[some], lent, inside)
        return image, mask, laid
