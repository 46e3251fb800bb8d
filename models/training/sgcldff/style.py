"""MixStyle (Zhou et al. 2021): while training, feature maps take on some of the level and spread of another crop's.

A lab that was never seen differs from those learnt mostly in the level of the first feature maps' channels; a network
that meets mixed levels cannot rely on them. Nothing of it is left after training.
"""

from __future__ import annotations

import torch
from torch import nn

CONCENTRATION = 0.1
"""Of the beta distribution of the share a crop keeps of its own: mostly nearly all of one of the two."""


def mixed(x: torch.Tensor, other: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    """Maps [B, C, H, W] whose channels have `keep` [B] of their own mean and deviation and the rest of those of maps `other` [B]."""
    mean, spread = x.mean((2, 3), keepdim=True).detach(), (x.var((2, 3), keepdim=True) + 1e-6).sqrt().detach()
    keep = keep[:, None, None, None]
    level = keep * mean + (1 - keep) * mean[other]
    size = keep * spread + (1 - keep) * spread[other]
    return (x - mean) / spread * size + level


def mix_styles(modules: list[nn.Module], share: float, generator: torch.Generator) -> None:
    """Makes the modules, when training, give mixed maps for about `share` of the batches."""

    def hook(module: nn.Module, _: object, x: torch.Tensor) -> torch.Tensor:
        if not module.training or torch.rand((), generator=generator) >= share:
            return x
        # A gamma pair gives the beta distribution, and takes the generator that distributions do not.
        a, b = (torch._standard_gamma(torch.full((len(x),), CONCENTRATION), generator=generator) for _ in range(2))
        keep = (a / (a + b)).nan_to_num(1.0)
        return mixed(x, torch.randperm(len(x), generator=generator), keep.to(x.device))

    for module in modules:
        module.register_forward_hook(hook)
