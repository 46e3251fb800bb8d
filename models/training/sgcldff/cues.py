"""Analytic saliency cues: what in a stained smear looks like a white cell, before any learning."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from . import constants as c


def unmixing_matrix() -> np.ndarray:
    """[2, 3] least-squares inverse of the two stain vectors (Ruifrok and Johnston 2001)."""
    stains = np.array([c.STAIN_AZURE, c.STAIN_EOSIN])
    return np.linalg.pinv(stains.T)


def gaussian_taps(sigma: float) -> torch.Tensor:
    """Normalised Gaussian taps of radius ceil(3 sigma)."""
    radius = math.ceil(3 * sigma)
    x = torch.arange(-radius, radius + 1, dtype=torch.float32)
    taps = torch.exp(-(x**2) / (2 * sigma**2))
    return taps / taps.sum()


def blur(x: torch.Tensor, sigma: float) -> torch.Tensor:
    """Separable Gaussian blur of [B, 1, H, W], edges replicated."""
    taps = gaussian_taps(sigma).to(x)
    radius = len(taps) // 2
    x = F.conv2d(F.pad(x, (radius, radius, 0, 0), mode="replicate"), taps[None, None, None])
    return F.conv2d(F.pad(x, (0, 0, radius, radius), mode="replicate"), taps[None, None, :, None])


def cues(rgb: torch.Tensor) -> torch.Tensor:
    """Six cue maps of white-pointed images.

    rgb: [B, 3, H, W] in [0, 1]. Returns [B, 6, H, W], each cue times its CUE_SCALES:
    mean optical density; azure and eosin concentration by two-stain unmixing; HSV saturation;
    difference of Gaussians (sigma 2 and 8 px) and Sobel gradient magnitude of the mean
    optical density. Edges are replicated.
    """
    od = -torch.log10(rgb.clamp(min=1 / 255))
    mean = od.mean(1, keepdim=True)
    inverse = torch.tensor(unmixing_matrix(), dtype=rgb.dtype, device=rgb.device)
    stains = torch.einsum("sc,bchw->bshw", inverse, od)
    high, low = rgb.amax(1, keepdim=True), rgb.amin(1, keepdim=True)
    saturation = (high - low) / high.clamp(min=1e-3)
    padded = F.pad(mean, (1, 1, 1, 1), mode="replicate")
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=rgb.dtype, device=rgb.device) / 8
    gx = F.conv2d(padded, sobel[None, None])
    gy = F.conv2d(padded, sobel.T[None, None])
    gradient = torch.sqrt(gx * gx + gy * gy + 1e-12)
    dog = blur(mean, c.DOG_SIGMAS[0]) - blur(mean, c.DOG_SIGMAS[1])
    stacked = torch.cat([mean, stains, saturation, dog, gradient], 1)
    return stacked * torch.tensor(c.CUE_SCALES, dtype=rgb.dtype, device=rgb.device)[:, None, None]
