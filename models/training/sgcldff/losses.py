"""Losses: class-aware segmentation and type losses, and saliency alignment of Grad-CAM."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .constants import PLATELET, TYPES
from .crops import ANY_WHITE_CELL, UNKNOWN

SEGMENT_WEIGHTS = (1.0, 1.5, 1.3)


def segmentation_loss(logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Weighted cross-entropy over known pixels plus Dice of cytoplasm and nucleus.

    logits [B, 3, H, W]; mask int64 [B, H, W] with UNKNOWN where not labelled. Dice counts only
    crops whose every pixel is known and that hold a cell. Zero where nothing is known.
    """
    known = mask != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    weights = torch.tensor(SEGMENT_WEIGHTS, device=logits.device)
    entropy = F.cross_entropy(logits, torch.where(known, mask, -1), weights, ignore_index=-1)
    whole = known.flatten(1).all(1) & (mask > 0).flatten(1).any(1)
    if not whole.any():
        return entropy
    p = logits[whole].softmax(1)
    goal = F.one_hot(mask[whole], 3).permute(0, 3, 1, 2).float()
    # Whole cell and nucleus: the two regions that Dice is reported on.
    pairs = [(1 - p[:, 0], 1 - goal[:, 0]), (p[:, 2], goal[:, 2])]
    dice = [1 - (2 * (a * b).sum((1, 2)) + 1) / (a.sum((1, 2)) + b.sum((1, 2)) + 1) for a, b in pairs]
    return entropy + torch.stack(dice).mean()


def class_weights(types: torch.Tensor) -> torch.Tensor:
    """[8] weights, inverse square root of each type's frequency, mean 1; types: int64 [N]."""
    counts = torch.bincount(types[types < len(TYPES)], minlength=len(TYPES)).float().clamp(min=1)
    weights = counts.rsqrt()
    return weights / weights.mean()


def type_loss(logits: torch.Tensor, types: torch.Tensor, trust: torch.Tensor, weights: torch.Tensor, smoothing: float = 0.05) -> torch.Tensor:
    """Class-weighted, label-smoothed cross-entropy; a cell known only as white must not be 'other'.

    logits [B, 8]; types int64 [B] (index, ANY_WHITE_CELL or UNKNOWN); trust [B] scales each sample.
    """
    logp = logits.log_softmax(1)
    typed = types < len(TYPES)
    target = torch.where(typed, types, 0)
    smooth = -(1 - smoothing) * logp.gather(1, target[:, None])[:, 0] - smoothing * logp.mean(1)
    white = [i for i in range(len(TYPES)) if i != PLATELET]
    partial = -logp[:, white].logsumexp(1)
    loss = torch.where(typed, smooth * weights[target], torch.where(types == ANY_WHITE_CELL, partial, torch.zeros_like(partial)))
    return (loss * trust).sum() / trust.sum().clamp(min=1)


def alignment_loss(cam: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean share of the positive Grad-CAM that falls outside the cell.

    cam [B, h, w] >= 0; mask int64 [B, H, W]. Crops without a fully known mask, or without a cell,
    do not count.
    """
    usable = (mask != UNKNOWN).flatten(1).all(1) & (mask > 0).flatten(1).any(1)
    if not usable.any():
        return cam.sum() * 0
    factor = mask.shape[-1] // cam.shape[-1]
    cell = F.avg_pool2d((mask[usable] > 0).float()[:, None], factor)[:, 0]
    # Half a map pixel of halo: the fused map's receptive field is wider than the cell's edge.
    cell = F.max_pool2d(cell[:, None], 3, 1, 1)[:, 0]
    positive = cam[usable]
    return ((positive * (1 - cell)).sum((1, 2)) / (positive.sum((1, 2)) + 1e-3)).mean()


def value_weights(labels: torch.Tensor, values: int) -> torch.Tensor:
    """[values] weights, inverse square root of each value's frequency, mean 1 over the cells; labels int64 [N]."""
    counts = torch.bincount(labels[labels != UNKNOWN], minlength=values).float().clamp(min=1)
    weights = counts.rsqrt()
    return weights * counts.sum() / (weights * counts).sum()


def attribute_loss(logits: dict[str, torch.Tensor], labels: torch.Tensor, weights: list[torch.Tensor]) -> torch.Tensor:
    """Class-aware cross-entropy, mean over attributes and described cells; zero where none is described.

    Every attribute's layer gets a gradient, were it of zeros: processes that train together exchange all of them or none.

    labels int64 [B, A], UNKNOWN where not described; weights of each attribute's values (value_weights).
    """
    parts = [
        F.cross_entropy(value[known], labels[known, k], weights[k])
        for k, value in enumerate(logits.values())
        if (known := labels[:, k] != UNKNOWN).any()
    ]
    nothing = sum((value.sum() * 0.0 for value in logits.values()), torch.zeros(()))
    return torch.stack(parts).mean() + nothing if parts else nothing
