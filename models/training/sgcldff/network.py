"""SG-CLDFF: saliency-gated EfficientSwin backbone, cross-layer deep feature fusion, two heads.

Zekriyapanah Gashti, Mohammadpour and Farjamnia 2025 (arXiv 2510.17278); what the paper leaves open
is chosen here. Shapes are for a 160 px crop.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .constants import CROP_SIZE, TYPES
from .cues import cues
from .saliency import SaliencyHead, upsample

STEM = 24
WIDTHS = (32, 64, 112, 160)  # strides 4, 8, 16, 32
FUSED = 64
CARDINALITY = 8
TYPE_WIDTH = 96
INPUT_GAIN, SPREAD_FLOOR = 0.5, 0.02
"""Of the crops' standardisation: a spread of a channel, and what keeps an empty crop from being amplified."""
PX_PER_WINDOW_PX = 32
"""px of a crop for each px of an attention window: windows keep their share of crops of another size."""
HEADS = 4
POOL_FLOOR = 0.02


class ConvNorm(nn.Sequential):
    """Convolution, batch norm, optional ReLU; padding keeps the size (or halves it at stride 2)."""

    def __init__(self, i: int, o: int, kernel: int = 1, stride: int = 1, groups: int = 1, relu: bool = True):
        layers: list[nn.Module] = [
            nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(o, momentum=0.03),
        ]
        super().__init__(*layers, *([nn.ReLU()] if relu else []))


class MBConv(nn.Module):
    """Inverted residual (expand, depthwise 3x3, project); residual where the shape is kept."""

    def __init__(self, i: int, o: int, stride: int, expansion: int):
        super().__init__()
        self.expand = ConvNorm(i, i * expansion)
        self.depthwise = ConvNorm(i * expansion, i * expansion, 3, stride, groups=i * expansion)
        self.project = ConvNorm(i * expansion, o, relu=False)
        self.residual = stride == 1 and i == o

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


def relative_index(window: int) -> torch.Tensor:
    """[w*w, w*w] index of each pair's relative offset into a (2w-1)^2 table."""
    axis = torch.arange(window)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    y, x = y.flatten(), x.flatten()
    return (y[:, None] - y[None] + window - 1) * (2 * window - 1) + x[:, None] - x[None] + window - 1


def shift_mask(size: int, window: int, shift: int) -> torch.Tensor:
    """[windows, w*w, w*w] additive mask: -100 between pixels that a cyclic shift made neighbours."""
    region = torch.zeros(size, size)
    cuts = [slice(0, -window), slice(-window, -shift), slice(-shift, None)]
    for i, rows in enumerate(cuts):
        for j, columns in enumerate(cuts):
            region[rows, columns] = i * 3 + j
    parts = partition(region[None, :, :, None], window)[..., 0]
    return torch.where(parts[:, :, None] == parts[:, None, :], 0.0, -100.0)


def partition(x: torch.Tensor, window: int) -> torch.Tensor:
    """[B, H, W, C] -> [B * windows, w*w, C]."""
    b, h, w, ch = x.shape
    x = x.view(b, h // window, window, w // window, window, ch)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, ch)


def merge(x: torch.Tensor, window: int, size: int) -> torch.Tensor:
    """Inverse of partition: [B * windows, w*w, C] -> [B, size, size, C]."""
    n = size // window
    x = x.view(-1, n, n, window, window, x.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size, size, x.shape[-1])


class SwinBlock(nn.Module):
    """(Shifted-)window attention and MLP on [B, H, W, C] (Liu et al. 2021), ReLU in the MLP."""

    def __init__(self, channels: int, size: int, window: int, shift: int):
        super().__init__()
        self.size, self.shift, self.window = size, shift, window
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.out = nn.Linear(channels, channels)
        self.mlp1, self.mlp2 = nn.Linear(channels, 2 * channels), nn.Linear(2 * channels, channels)
        self.table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, HEADS))
        self.register_buffer("index", relative_index(window), persistent=False)
        windows = (size // window) ** 2
        mask = shift_mask(size, window, shift) if shift else torch.zeros(windows, window**2, window**2)
        self.register_buffer("mask", mask, persistent=False)

    def attention_bias(self) -> torch.Tensor:
        """[windows, heads, w*w, w*w]: relative position bias plus shift mask."""
        bias = self.table[self.index].permute(2, 0, 1)
        return bias[None] + self.mask[:, None]

    def attend(self, x: torch.Tensor) -> torch.Tensor:
        windows, tokens, channels = x.shape
        q, k, v = self.qkv(x).view(windows, tokens, 3, HEADS, channels // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) * (channels // HEADS) ** -0.5
        bias = self.attention_bias()
        scores = scores.view(-1, bias.shape[0], HEADS, tokens, tokens) + bias
        weights = scores.softmax(-1).view(windows, HEADS, tokens, tokens)
        return self.out((weights @ v).transpose(1, 2).reshape(windows, tokens, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm1(x)
        y = torch.roll(y, (-self.shift, -self.shift), (1, 2)) if self.shift else y
        y = merge(self.attend(partition(y, self.window)), self.window, self.size)
        y = torch.roll(y, (self.shift, self.shift), (1, 2)) if self.shift else y
        x = x + y
        return x + self.mlp2(F.relu(self.mlp1(self.norm2(x))))


class SwinStage(nn.Module):
    """MBConv downsampling, then a pair of Swin blocks (the second shifted where the map allows)."""

    def __init__(self, i: int, o: int, size: int, window: int, expansion: int, depth: int):
        super().__init__()
        self.down = MBConv(i, o, 2, expansion)
        shifts = [window // 2 if k % 2 and size > window else 0 for k in range(depth)]
        self.blocks = nn.ModuleList(SwinBlock(o, size, window, s) for s in shifts)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.down(x).permute(0, 2, 3, 1)
        for block in self.blocks:
            y = block(y)
        return y.permute(0, 3, 1, 2).contiguous()


class FusionBlock(nn.Module):
    """ResNeXt block of the fusion: 1x1, grouped 3x3 (cardinality 8), 1x1, residual."""

    def __init__(self, channels: int):
        super().__init__()
        self.reduce = ConvNorm(channels, channels)
        self.grouped = ConvNorm(channels, channels, 3, groups=CARDINALITY)
        self.expand = ConvNorm(channels, channels, relu=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.expand(self.grouped(self.reduce(x))))


class Fusion(nn.Module):
    """CLDFF: four scales resampled to stride 4, concatenated, projected; grouped blocks; ECA.

    Projecting each scale before resampling equals one 1x1 convolution over the concatenation
    (bilinear resampling is linear and weights sum to one), at a fraction of its cost.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS):
        super().__init__()
        self.project = nn.ModuleList(nn.Conv2d(w, FUSED, 1, bias=False) for w in widths)
        self.norm = nn.BatchNorm2d(FUSED, momentum=0.03)
        self.blocks = nn.ModuleList(FusionBlock(FUSED) for _ in range(2))
        self.eca = nn.Conv1d(1, 1, 3, padding=1, bias=False)

    def forward(self, scales: list[torch.Tensor]) -> torch.Tensor:
        size = scales[0].shape[-1]
        total = 0
        for project, x in zip(self.project, scales):
            y = project(x)
            total = total + (upsample(y, size // y.shape[-1]) if y.shape[-1] != size else y)
        x = F.relu(self.norm(total))
        for block in self.blocks:
            x = block(x)
        gate = torch.sigmoid(self.eca(x.mean((2, 3))[:, None]))[:, 0]
        return x * gate[:, :, None, None]


class SegmentationHead(nn.Module):
    """Fused map and stem features -> class logits at crop resolution, by sub-pixel shuffle."""

    def __init__(self) -> None:
        super().__init__()
        self.lateral = ConvNorm(FUSED, 40)
        self.depth1 = ConvNorm(40 + STEM, 40 + STEM, 3, groups=40 + STEM, relu=False)
        self.point1 = ConvNorm(40 + STEM, 40)
        self.depth2 = ConvNorm(40, 40, 3, groups=40, relu=False)
        self.point2 = ConvNorm(40, 32)
        self.logits = nn.Conv2d(32, 12, 3, padding=1)

    def forward(self, fused: torch.Tensor, stem: torch.Tensor) -> torch.Tensor:
        x = torch.cat([upsample(self.lateral(fused)), stem], 1)
        x = self.point2(self.depth2(self.point1(self.depth1(x))))
        return F.pixel_shuffle(self.logits(x), 2)


@dataclass
class Output:
    """What one forward pass gives, for B crops.

    saliency [B, 1, 80, 80]; segmentation logits [B, 3, 160, 160]; fused [B, 64, 40, 40];
    evidence [B, 96, 40, 40] (the map Grad-CAM reads); pooling weights [B, 1, 40, 40];
    features [B, 256] (pooled evidence, pooled deep map); type logits [B, 8]; attribute logits.
    """

    saliency: torch.Tensor
    segmentation: torch.Tensor
    fused: torch.Tensor
    evidence: torch.Tensor
    weights: torch.Tensor
    features: torch.Tensor
    types: torch.Tensor
    attributes: dict[str, torch.Tensor]
    scales: list[torch.Tensor]


def standardised(rgb: torch.Tensor) -> torch.Tensor:
    """Crops [B, 3, H, W] with every channel's mean 0 and its spread the same: how strongly a lab stains, and by what lamp it
    photographs, is gone, and what is darker than what in the crop stays."""
    mean = rgb.mean((2, 3), keepdim=True)
    spread = rgb.std((2, 3), keepdim=True, correction=0)
    return INPUT_GAIN * (rgb - mean) / (spread + SPREAD_FLOOR)


class SgCldff(nn.Module):
    """White-pointed crops [B, 3, 160, 160] in [0, 1] -> Output."""

    def __init__(self, attributes: dict[str, int] | None = None, dropout: float = 0.15, size: int = CROP_SIZE):
        super().__init__()
        self.saliency = SaliencyHead()
        self.gate = nn.Parameter(torch.tensor(0.5))
        self.stem = ConvNorm(4, STEM, 3, 2)
        w, window = WIDTHS, size // PX_PER_WINDOW_PX
        self.stage1 = nn.Sequential(MBConv(STEM, w[0], 2, 3), MBConv(w[0], w[0], 1, 3))
        self.stage2 = nn.Sequential(MBConv(w[0], w[1], 2, 4), MBConv(w[1], w[1], 1, 3), MBConv(w[1], w[1], 1, 3))
        self.stage3 = SwinStage(w[1], w[2], size // 16, window, 4, 2)
        self.stage4 = SwinStage(w[2], w[3], size // 32, window, 3, 2)
        self.fusion = Fusion()
        self.segment = SegmentationHead()
        self.evidence = ConvNorm(FUSED, TYPE_WIDTH)
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Linear(TYPE_WIDTH + w[3], len(TYPES))
        self.describe = nn.ModuleDict({k: nn.Linear(TYPE_WIDTH + w[3], n) for k, n in (attributes or {}).items()})

    def train(self, mode: bool = True) -> "SgCldff":
        super().train(mode)
        self.saliency.train(False)
        return self

    def salient(self, rgb: torch.Tensor) -> torch.Tensor:
        """Saliency [B, 1, 80, 80] of the crops' half-size; the head is trained beforehand, frozen here."""
        with torch.no_grad():
            return torch.sigmoid(self.saliency(cues(F.avg_pool2d(rgb, 2)))[:, :1])

    def seen(self, rgb: torch.Tensor) -> torch.Tensor:
        """What the first convolution sees of the crops, beside their saliency."""
        return standardised(rgb)

    def forward(self, rgb: torch.Tensor) -> Output:
        s = self.salient(rgb)
        x = torch.cat([self.seen(rgb), upsample(s)], 1)
        stem = self.stem(x) * (self.gate + s)
        scales = [self.stage1(stem)]
        for stage in (self.stage2, self.stage3, self.stage4):
            scales.append(stage(scales[-1]))
        fused = self.fusion(scales)
        segmentation = self.segment(fused, stem)
        evidence = self.evidence(fused)
        cell = 1 - segmentation.detach().softmax(1)[:, :1]
        weights = F.avg_pool2d(cell, 4) * F.avg_pool2d(s, 2) + POOL_FLOOR
        weights = weights / weights.sum((2, 3), keepdim=True)
        features = torch.cat([(evidence * weights).sum((2, 3)), scales[-1].mean((2, 3))], 1)
        dropped = self.dropout(features)
        return Output(
            saliency=s,
            segmentation=segmentation,
            fused=fused,
            evidence=evidence,
            weights=weights,
            features=features,
            types=self.classify(dropped),
            attributes={k: layer(dropped) for k, layer in self.describe.items()},
            scales=scales,
        )

    def grad_cam(self, evidence: torch.Tensor, type_index: torch.Tensor) -> torch.Tensor:
        """Grad-CAM [B, 40, 40] of one type a crop, in closed form.

        The type logit is linear in the evidence map, so the gradient's spatial mean is the class
        row of the linear layer over the map's size; the constant is left out (Selvaraju 2017).
        """
        rows = self.classify.weight[type_index, :TYPE_WIDTH]
        return F.relu(torch.einsum("bk,bkhw->bhw", rows, evidence))
