"""The learned saliency head: a U-shaped network of under 15,000 parameters over the analytic cues."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .constants import CUE_NAMES

WIDTHS = (8, 12, 16, 20, 24)


def upsample(x: torch.Tensor, factor: int = 2) -> torch.Tensor:
    """Bilinear, half-pixel centres: tf.image.resizeBilinear(..., false, true) in the app."""
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


class SaliencyHead(nn.Module):
    """Cues [B, 6, H, W] (H, W multiples of 16) -> logits [B, 2, H, W]: white cell, cell core.

    The core channel marks the inner half of each cell, so that touching cells come apart.
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = (len(CUE_NAMES), *WIDTHS[:-1])
        self.down = nn.ModuleList(
            nn.Conv2d(i, o, 3, stride=1 if level == 0 else 2, padding=1)
            for level, (i, o) in enumerate(zip(inputs, WIDTHS))
        )
        self.up = nn.ModuleList(nn.Conv2d(deep, shallow, 1) for shallow, deep in zip(WIDTHS[:-1], WIDTHS[1:]))
        self.last = nn.Conv2d(WIDTHS[0], WIDTHS[0], 3, padding=1)
        self.out = nn.Conv2d(WIDTHS[0], 2, 1)

    def forward(self, cues: torch.Tensor) -> torch.Tensor:
        levels = []
        x = cues
        for conv in self.down:
            x = F.relu(conv(x))
            levels.append(x)
        for conv, skip in zip(reversed(self.up), reversed(levels[:-1])):
            x = F.relu(upsample(conv(x)) + skip)
        return self.out(F.relu(self.last(x)))
