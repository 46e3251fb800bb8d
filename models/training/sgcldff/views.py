"""The stored cells of all sets in memory, what share of a batch each has, and the views of them that the network is shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .augment import lab_transfers, stain_moments
from .constants import CROP_SIDE_PER_DIAMETER, CROP_SIZE, PLATELET
from .crops import STORED, crops_id
from .left_out import LeftOut
from .mapped import mapped
from .readings import white_finds
from .takes import once

# Share of each set in a batch; 'other' is the platelets and red cells cut from fields.
SHARES = {"pbc": 0.56, "jtsc": 0.06, "cellavision": 0.07, "bccd": 0.07, "chula_wbc": 0.12, "raabin": 0.04, "other": 0.05, "synth": 0.03}


class Crops:
    """The prepared cells (uint8)."""

    def __init__(self, path: Path, left_out: LeftOut = LeftOut(), pseudo: Path | None = None, types: Path | None = None):
        """path: of crops; pseudo, types: masks and types by earlier networks for cells that have none (pseudo.py, pseudo_types.py)."""
        self.left_out = left_out
        self.columns = mapped(path)
        c = self.columns
        for path, names in ((pseudo, ("mask",)), (types, ("type", "trust"))):
            if path:
                self._take(path, names)
        self.attribute_values = {
            str(n): str(v).split(";") for n, v in zip(c["attribute_names"], c["attribute_values"])
        }
        other = (c["type"] == PLATELET) & (c["set"] != "pbc")
        self.source = np.where(other, "other", c["set"])
        self.train, self.val, self.measured = left_out.split(c)
        mistaken = other & white_finds(c["set"], c["name"])
        self.train, self.val = self.train & ~mistaken, self.val & ~mistaken

    def _take(self, path: Path, names: tuple[str, ...]) -> None:
        """Columns by an earlier network for some of these cells. Exits where they were made for others, or for cells to measure on."""
        with np.load(path) as file:
            index, made_for = file["index"], str(file["crops"]) if "crops" in file else "crops of before they were named"
            if made_for != crops_id(self.columns):
                raise SystemExit(f"{path} was made for other crops than these ({made_for}): make it anew, since cells are named by their place")
            if (self.columns["split"][index] != "train").any():
                raise SystemExit(f"{path} has labels for cells that are measured on, which are never taken from a network")
            for name in names:
                self.columns[name][index] = file[name]

    def stains(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Each cell's set as an index [N], the maps from the stains of all sets to those learnt [L, L2, 3, 3] (lab_transfers),
        and which sets those are, bool [L]."""
        names, labs = np.unique(self.columns["set"], return_inverse=True)
        # What a cell and its nearest surroundings take of a stored crop.
        centre = slice(STORED * 5 // 24, STORED * 19 // 24)
        rng = np.random.default_rng(0)
        moments = []
        for lab in range(len(names)):
            of = np.flatnonzero(self.train & (labs == lab))
            # A set that is left out of training lends nothing, not even its colours.
            some = rng.permutation(of)[:300]
            moments.append(stain_moments(self.columns["image"][some, centre, centre]) if len(of) else torch.eye(3))
        transfers = lab_transfers(torch.stack(moments))
        learnt = torch.tensor([bool((self.train & (labs == lab)).any()) for lab in range(len(names))])
        return torch.from_numpy(labs), transfers[:, learnt], learnt

    def sampler(self, shares: dict[str, float] = SHARES) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the training cells and their probabilities: by set (shares, not listed: none), then by root frequency of type;
        pictures of one cell share what one has."""
        indices = np.flatnonzero(self.train)
        types = self.columns["type"][indices]
        p = np.zeros(len(indices))
        for name, share in shares.items():
            of = self.source[indices] == name
            if not of.any():
                continue
            # Of a type there are as many as were photographed, not as often as they were.
            share_of = once(name, [str(n) for n in self.columns["name"][indices[of]]])
            counts = np.bincount(types[of], share_of, minlength=256)
            each = share_of / np.sqrt(counts[types[of]])
            p[of] = share * each / each.sum()
        return indices, p / p.sum()


Shown = tuple[torch.Tensor, torch.Tensor]
"""Images [B, 3, H, W] and masks int64 [B, H, W]."""


def views(
    crops: Crops,
    indices: np.ndarray,
    generator: torch.Generator | None,
    size: int = CROP_SIZE,
    surrounded: Callable[[torch.Tensor, torch.Tensor], Shown] | None = None,
) -> Shown:
    """Network views of stored crops: images [B, 3, size, size] in [0, 1], masks int64 [B, size, size].

    With a generator: free rotation, flips, scale 0.72-1.38, stretch one way by up to 1.2 and as much less across, shift to
    0.12 diameters, and some that end early (cut_off), what they are `surrounded` with too; else centred.
    Outside the stored crop is white, and background.
    """
    n = len(indices)
    image = torch.from_numpy(crops.columns["image"][indices]).permute(0, 3, 1, 2).float() / 255
    mask = torch.from_numpy(crops.columns["mask"][indices])[:, None].float()
    diameter = torch.from_numpy(crops.columns["diameter"][indices]).float()
    scale = CROP_SIDE_PER_DIAMETER * diameter / image.shape[-1]
    angle, flip, shift = torch.zeros(n), torch.ones(n), torch.zeros(n, 2)
    if generator is not None:
        scale = scale * torch.exp((torch.randn(n, generator=generator) * 0.15).clamp(-0.33, 0.33))
        angle = torch.rand(n, generator=generator) * 2 * math.pi
        flip = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
        shift = (torch.rand(n, 2, generator=generator) * 2 - 1) * 0.12 * 2 * diameter[:, None] / image.shape[-1]
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    linear = torch.stack([torch.stack([cos * flip, -sin], 1), torch.stack([sin * flip, cos], 1)], 1)
    if generator is not None:
        linear = linear @ pulls(n, generator)
    theta = torch.cat([linear, shift[:, :, None]], 2)
    grid = F.affine_grid(theta, (n, 1, size, size), align_corners=False)
    image = 1 - F.grid_sample(1 - image, grid, mode="bilinear", align_corners=False)
    mask = F.grid_sample(mask, grid, mode="nearest", align_corners=False)[:, 0].round().long()
    if surrounded:
        image, mask = surrounded(image, mask)
    if generator is not None:
        inverse = torch.linalg.inv(theta[:, :, :2])
        centre = -(inverse @ shift[:, :, None])[..., 0]
        cut_off(image, mask, centre, diameter / STORED / scale, generator)
    return image.clamp(0, 1), mask


def pulls(n: int, generator: torch.Generator) -> torch.Tensor:
    """[n, 2, 2], area kept: longer one way, of any direction, and shorter across, as cells are pulled when a smear is made."""
    pull = (torch.randn(n, generator=generator) * 0.08).clamp(-0.18, 0.18)
    way = torch.rand(n, generator=generator) * math.pi
    # exp of a symmetric matrix without trace: cosh on the diagonal, sinh along the way.
    cosh, c, s = torch.cosh(pull), torch.sinh(pull) * torch.cos(2 * way), torch.sinh(pull) * torch.sin(2 * way)
    return torch.stack([torch.stack([cosh + c, s], 1), torch.stack([s, cosh - c], 1)], 1)


def cut_off(image: torch.Tensor, mask: torch.Tensor, centre: torch.Tensor, radius: torch.Tensor, generator: torch.Generator) -> None:
    """In place: some crops end early, white and background beyond. 4 % on one side, up to the cell's middle, as at a field's border; 8 % close around
    the cell, as files of one cell each are cut.

    image [B, 3, H, W], mask [B, H, W]; centre [B, 2] (x, y) and radius [B] of the cell in half sides of the crop from its middle.
    """
    n, side = len(image), image.shape[-1]
    drawn = torch.rand(n, generator=generator)
    for i in torch.nonzero(drawn < 0.12)[:, 0].tolist():
        if drawn[i] < 0.04:
            ends = [0, 0, side, side]
            end, depth = int(torch.randint(4, (1,), generator=generator)), int(torch.randint(1, side * 9 // 20, (1,), generator=generator))
            ends[end] = depth if end < 2 else side - depth
            x0, y0, x1, y1 = ends
        else:
            margins = 1 + torch.rand(4, generator=generator) * torch.rand(1, generator=generator) * 0.6
            signs = torch.tensor([-1, -1, 1, 1])
            edges = (centre[i].repeat(2) + signs * margins * radius[i] + 1) / 2 * side
            x0, y0, x1, y1 = edges.round().int().clamp(0, side).tolist()
        for part in (slice(0, y0), slice(y1, side)):
            image[i, :, part] = 1
            mask[i, part] = 0
        for part in (slice(0, x0), slice(x1, side)):
            image[i, :, :, part] = 1
            mask[i, :, part] = 0
