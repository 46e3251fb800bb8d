"""Masks by a trained network for the stored cells that have none (self-training): python -m sgcldff.pseudo.

Each cell is shown four times, as it is and mirrored either way and both; a pixel keeps a label where the mean of all
is sure, and stays unknown elsewhere. A cell whose mask is no plausible one (no nucleus, too small, too large,
far off its box) is left without. Platelets are left without: they are no cell to the masks.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .constants import CROP_SIDE_PER_DIAMETER, CROP_SIZE, PLATELET
from .crops import STORED, UNKNOWN, crops_id
from .network import SgCldff

SURE = 0.8
AREA_RANGE = (0.35, 1.6)
"""Cell area over that of the disc of the box's diameter."""
MIRRORED: tuple[tuple[int, ...], ...] = ((), (3,), (2,), (2, 3))
"""Axes along which a crop [B, 3, H, W] is mirrored, for each time that it is shown."""


def load(checkpoint: Path) -> SgCldff:
    """The averaged network of a training checkpoint, ready to infer."""
    saved = torch.load(checkpoint)
    model = SgCldff({k: len(v) for k, v in saved["attributes"].items()})
    model.load_state_dict(saved["ema"])
    return model.eval()


@torch.no_grad()
def label(model: SgCldff, images: np.ndarray, diameter: float) -> np.ndarray:
    """Masks uint8 [B, STORED, STORED] of stored crops uint8 [B, STORED, STORED, 3] whose cells measure `diameter` px there."""
    image = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    side = CROP_SIDE_PER_DIAMETER * diameter / STORED
    theta = torch.tensor([[side, 0, 0], [0, side, 0]]).expand(len(images), 2, 3)
    grid = F.affine_grid(theta, (len(images), 3, CROP_SIZE, CROP_SIZE), align_corners=False)
    view = 1 - F.grid_sample(1 - image, grid, align_corners=False)
    mean = sum(model(view.flip(axes)).segmentation.softmax(1).flip(axes) for axes in MIRRORED) / len(MIRRORED)
    # Beyond the network's window nothing is known.
    size = 2 * round(side * STORED / 2)
    start = (STORED - size) // 2
    probability = torch.zeros(len(images), 3, STORED, STORED)
    probability[:, :, start : start + size, start : start + size] = F.interpolate(mean, size=(size, size), mode="bilinear", align_corners=False)
    best, mask = probability.max(1)
    return torch.where(best < SURE, UNKNOWN, mask).numpy().astype(np.uint8)


def plausible(mask: np.ndarray, diameter: float) -> bool:
    """Whether a mask [STORED, STORED] holds one cell with a nucleus of about the size its box says."""
    area = ((mask == 1) | (mask == 2)).sum() / (np.pi / 4 * diameter**2)
    return bool(AREA_RANGE[0] < area < AREA_RANGE[1] and (mask == 2).sum() > 0.08 * np.pi / 4 * diameter**2 and (mask == UNKNOWN).mean() < 0.55)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/model.pt"), help="the teacher")
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/pseudo.npz"))
    parser.add_argument("--most", type=int, default=4000, help="cells of one set at most, drawn at random")
    options = parser.parse_args()
    model = load(options.checkpoint).to(memory_format=torch.channels_last)
    with np.load(options.crops) as file:
        columns = {k: file[k] for k in ("image", "mask", "diameter", "type", "split", "set", "name")}
    lacking = (columns["mask"] == UNKNOWN).any((1, 2)) & (columns["type"] != PLATELET) & (columns["split"] == "train")
    rng = np.random.default_rng(0)
    of_sets = [np.flatnonzero(lacking & (columns["set"] == name)) for name in np.unique(columns["set"])]
    indices = np.concatenate([np.sort(rng.permutation(of)[: options.most]) for of in of_sets])
    kept, masks = [], []
    for at in range(0, len(indices), 32):
        part = indices[at : at + 32]
        for index, mask in zip(part, label(model, columns["image"][part], float(columns["diameter"][part[0]]))):
            if plausible(mask, float(columns["diameter"][index])):
                kept.append(index)
                masks.append(mask)
        if at // 32 % 50 == 0:
            print(f"{at + len(part)} of {len(indices)}: {len(kept)} masks kept", flush=True)
    np.savez(options.out, crops=crops_id(columns), index=np.array(kept), mask=np.array(masks))
    for name in np.unique(columns["set"][indices]):
        of = columns["set"][indices] == name
        print(f"{name}: {np.isin(indices[of], kept).sum()} of {of.sum()} cells given a mask")


if __name__ == "__main__":
    main()
