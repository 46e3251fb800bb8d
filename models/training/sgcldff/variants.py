"""The network without one of its parts, or with another in its place, for ablations (train --variant NAME)."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from .constants import CROP_SIZE, TYPES
from .network import FUSED, TYPE_WIDTH, WIDTHS, ConvNorm, Fusion, MBConv, Output, SgCldff, standardised
from .saliency import SaliencyHead, upsample

Attributes = dict[str, int]


class Unguided(SgCldff):
    """Saliency is one everywhere: no guide in the input, the gate or the pooling."""

    def salient(self, rgb: torch.Tensor) -> torch.Tensor:
        return torch.ones_like(rgb[:, :1, ::2, ::2])


class DeepestOnly(Fusion):
    """No cross-layer fusion: the same blocks on the deepest map alone."""

    def forward(self, scales: list[torch.Tensor]) -> torch.Tensor:
        return super().forward([torch.zeros_like(x) for x in scales[:-1]] + scales[-1:])


class Spatial(nn.Module):
    """A block on [B, C, H, W] where a Swin block on [B, H, W, C] was."""

    def __init__(self, block: nn.Module):
        super().__init__()
        self.block = block

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def unguided(attributes: Attributes) -> SgCldff:
    return Unguided(attributes)


def unfused(attributes: Attributes) -> SgCldff:
    model = SgCldff(attributes)
    model.fusion = DeepestOnly()
    return model


def convolutional(attributes: Attributes) -> SgCldff:
    """Inverted residuals of about the Swin blocks' size in their place."""
    model = SgCldff(attributes)
    for stage, channels in ((model.stage3, WIDTHS[2]), (model.stage4, WIDTHS[3])):
        stage.blocks = nn.ModuleList(Spatial(MBConv(channels, channels, 1, 4)) for _ in stage.blocks)
    return model


def group_normed(attributes: Attributes) -> SgCldff:
    """Group norm (8 groups) for batch norm: statistics of each image, none of the training labs'."""
    model = AsItIs(attributes)
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.GroupNorm(8, child.num_features))
    return model


class AsItIs(SgCldff):
    """The first convolution sees the crop's colours as they are (versions 1 to 3)."""

    def seen(self, rgb: torch.Tensor) -> torch.Tensor:
        return rgb * 2 - 1


def early_normed(parts: tuple[str, ...]) -> Callable[[Attributes], SgCldff]:
    """Group norm (8 groups) in the first layers alone: statistics of each image where a lab's stain and lamp still show."""

    def make(attributes: Attributes) -> SgCldff:
        model = AsItIs(attributes)
        for part in parts:
            for module in list(model.get_submodule(part).modules()):
                for name, child in module.named_children():
                    if isinstance(child, nn.BatchNorm2d):
                        setattr(module, name, nn.GroupNorm(8, child.num_features))
        return model

    return make


def sized(size: int) -> Callable[[Attributes], SgCldff]:
    """The same network on crops of another size."""
    return lambda attributes: SgCldff(attributes, size=size)


class PlainUNet(nn.Module):
    """A plain multitask baseline of about the same size: MobileNet-style encoder, U-Net decoder, global pooling.

    No saliency, no cross-layer fusion, no attention; crops standardised as the whole network's are. Returns what SgCldff
    returns, its last decoder map as evidence.
    """

    def __init__(self, attributes: Attributes):
        super().__init__()
        self.saliency = SaliencyHead()  # as the trainer expects one; not used
        widths = (24, 32, 64, 120, 192)
        self.stem = ConvNorm(3, widths[0], 3, 2)
        self.down = nn.ModuleList(
            nn.Sequential(MBConv(i, o, 2, 4), *(MBConv(o, o, 1, 4) for _ in range(depth)))
            for i, o, depth in zip(widths[:-1], widths[1:], (1, 2, 2, 1))
        )
        self.across = nn.ModuleList(ConvNorm(w, FUSED) for w in widths)
        self.up = nn.ModuleList(nn.Sequential(ConvNorm(FUSED, FUSED, 3, groups=FUSED), ConvNorm(FUSED, FUSED)) for _ in widths[:-1])
        self.logits = nn.Conv2d(FUSED, 12, 3, padding=1)
        self.evidence = ConvNorm(FUSED, TYPE_WIDTH)
        self.dropout = nn.Dropout(0.15)
        self.classify = nn.Linear(TYPE_WIDTH + widths[-1], len(TYPES))
        self.describe = nn.ModuleDict({k: nn.Linear(TYPE_WIDTH + widths[-1], n) for k, n in attributes.items()})

    def forward(self, rgb: torch.Tensor) -> Output:
        scales = [self.stem(standardised(rgb))]
        for stage in self.down:
            scales.append(stage(scales[-1]))
        x = self.across[-1](scales[-1])
        for level in (3, 2, 1, 0):
            x = self.up[level](upsample(x) + self.across[level](scales[level]))
            if level == 1:
                fused = x
        evidence = self.evidence(fused)
        weights = torch.full_like(evidence[:, :1], 1 / evidence[0, 0].numel())
        features = torch.cat([evidence.mean((2, 3)), scales[-1].mean((2, 3))], 1)
        dropped = self.dropout(features)
        return Output(
            saliency=torch.ones_like(rgb[:, :1, ::2, ::2]),
            segmentation=F.pixel_shuffle(self.logits(x), 2),
            fused=fused,
            evidence=evidence,
            weights=weights,
            features=features,
            types=self.classify(dropped),
            attributes={k: layer(dropped) for k, layer in self.describe.items()},
            scales=scales[1:],
        )

    grad_cam = SgCldff.grad_cam


VARIANTS: dict[str, Callable[[Attributes], nn.Module]] = {
    "full": SgCldff,
    "no-saliency": unguided,
    "no-fusion": unfused,
    "no-alignment": SgCldff,
    "group-norm": group_normed,
    "no-standardisation": AsItIs,
    "group-norm-early": early_normed(("stem", "stage1")),
    "group-norm-stem": early_normed(("stem",)),
    "cnn-only": convolutional,
    "input-96": sized(96),
    "input-128": sized(128),
    "plain-unet": PlainUNet,
}
"""'no-alignment' is the full network; the trainer drops the loss."""


def input_size(variant: str) -> int:
    """Side of a variant's crops, px."""
    return int(variant.removeprefix("input-")) if variant.startswith("input-") else CROP_SIZE
