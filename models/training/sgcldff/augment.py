"""Batched colour augmentation: what changes between labs is stain, light and optics."""

from __future__ import annotations

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image


def _uniform(shape: tuple[int, ...], low: float, high: float, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(shape, generator=generator) * (high - low) + low


FAINTEST = 0.02
"""Optical density below which a lab's third stain direction is noise, not to be amplified."""


FAINT_OR_STRONG = 0.3
"""Share of the samples whose whole stain is much fainter or stronger: through the app a factor of 0.6 took BCCD's F1 to 0.89."""


def stain_moments(images: np.ndarray) -> torch.Tensor:
    """[3, 3] second moments of the optical density of white-pointed crops uint8 [N, H, W, 3], about clear glass."""
    od = -np.log10(images.reshape(-1, 3).astype(np.float32).clip(1) / 255)
    return torch.from_numpy(od.T @ od / len(od) + FAINTEST**2 * np.eye(3, dtype=np.float32))


def _root(moments: torch.Tensor, power: float) -> torch.Tensor:
    values, vectors = torch.linalg.eigh(moments)
    return vectors @ torch.diag(values**power) @ vectors.T


def lab_transfers(moments: torch.Tensor) -> torch.Tensor:
    """[L, L, 3, 3] maps of optical density from lab a to lab b, given each lab's stain_moments [L, 3, 3].

    Linear, so clear glass stays clear, and one map for all cells of a lab, so what tells its types apart stays.
    """
    whiten, colour = [_root(m, -0.5) for m in moments], [_root(m, 0.5) for m in moments]
    return torch.stack([torch.stack([c @ w for c in colour]) for w in whiten])


def draw_transfers(transfers: torch.Tensor, labs: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """[B, 3, 3]: for about `share` of the samples a way towards another lab's stain, of random length; else no change.

    labs int64 [B], rows of transfers [L, L2, 3, 3].
    """
    batch = len(labs)
    towards = torch.randint(0, transfers.shape[1], (batch,), generator=generator)
    way = torch.rand((batch, 1, 1), generator=generator) * (torch.rand((batch, 1, 1), generator=generator) < share)
    return torch.eye(3) + way * (transfers[labs, towards] - torch.eye(3))


def _faint_or_strong(shape: tuple[int, ...], generator: torch.Generator, strength: float) -> torch.Tensor:
    """Logarithm of a factor for the whole stain: in FAINT_OR_STRONG of the samples it was left too short or too long."""
    some = torch.rand(shape, generator=generator) < FAINT_OR_STRONG
    return some * _uniform(shape, -0.55 * strength, 0.45 * strength, generator)


def stain_jitter(rgb: torch.Tensor, generator: torch.Generator, strength: float = 1.0, transfer: torch.Tensor | None = None) -> torch.Tensor:
    """Jitter white-pointed crops in optical-density space, then light, gamma, blur, noise and JPEG.

    rgb: [B, 3, H, W] in [0, 1]; returns the same shape. strength scales every range. Each
    sample draws its own values; one sample in five keeps its colours. transfer: draw_transfers, applied first.
    """
    batch = rgb.shape[0]
    s = strength
    od = -torch.log10(rgb.clamp(min=1 / 255))
    mixing = torch.eye(3) + _uniform((batch, 3, 3), -0.08 * s, 0.08 * s, generator)
    if transfer is not None:
        mixing = mixing @ transfer
    od = torch.einsum("bij,bjhw->bihw", mixing, od)
    gain = torch.exp(
        _uniform((batch, 1, 1, 1), -0.25 * s, 0.25 * s, generator)
        + _uniform((batch, 3, 1, 1), -0.22 * s, 0.22 * s, generator)
        + _faint_or_strong((batch, 1, 1, 1), generator, s)
    )
    od = (od * gain).clamp(min=0)
    gamma = torch.exp(_uniform((batch, 1, 1, 1), -0.12 * s, 0.12 * s, generator))
    tint = 1 + _uniform((batch, 3, 1, 1), -0.06 * s, 0.02 * s, generator)
    changed = (torch.pow(10.0, -od).clamp(1e-3, 1) ** gamma * tint).clamp(0, 1)
    keep = (torch.rand((batch, 1, 1, 1), generator=generator) < 0.2).float()
    out = keep * rgb + (1 - keep) * changed
    out = _optics_some(out, generator, s)
    out = _resolution_some(out, generator, s)
    out = _blur_some(out, generator, s)
    noise = torch.rand((batch, 1, 1, 1), generator=generator) ** 2 * 0.03 * s
    return _jpeg_some((out + torch.randn(out.shape, generator=generator) * noise).clamp(0, 1), generator, s)


def _optics_some(rgb: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """What a simple microscope adds, to about a third of the samples: colour fringes (red and blue shifted
    against green), veiling glare (a flat share of light) and uneven light across the crop."""
    batch, _, height, width = rgb.shape
    out = rgb.clone()
    for i in torch.nonzero(torch.rand(batch, generator=generator) < 0.3)[:, 0].tolist():
        for channel in (0, 2):
            dy, dx = torch.randint(-1, 2, (2,), generator=generator).tolist()
            out[i, channel] = torch.roll(out[i, channel], (dy, dx), (0, 1))
    glare = torch.rand((batch, 1, 1, 1), generator=generator) * 0.25 * strength
    glare = glare * (torch.rand((batch, 1, 1, 1), generator=generator) < 0.3)
    out = out * (1 - glare) + glare * _uniform((batch, 3, 1, 1), 0.75, 1.0, generator)
    slope = _uniform((batch, 2, 1, 1), -0.12 * strength, 0.12 * strength, generator)
    slope = slope * (torch.rand((batch, 1, 1, 1), generator=generator) < 0.3)
    y = torch.linspace(-1, 1, height)[None, None, :, None]
    x = torch.linspace(-1, 1, width)[None, None, None, :]
    return (out * (1 + slope[:, :1] * y + slope[:, 1:] * x)).clamp(0, 1)


def _resolution_some(rgb: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """What a camera's pixels and its firmware do: a sixth of the samples seen through fewer pixels, a sixth sharpened
    (against their mean over 5 x 5 px)."""
    chosen = torch.rand(rgb.shape[0], generator=generator)
    fewer, sharper = chosen < 1 / 6, chosen > 5 / 6
    result = rgb.clone()
    if fewer.any():
        factor = float(_uniform((1,), 1.0, 1.0 + 1.6 * strength, generator))
        small = F.interpolate(rgb[fewer], scale_factor=1 / factor, mode="bilinear", antialias=True)
        result[fewer] = F.interpolate(small, size=rgb.shape[-2:], mode="bilinear")
    if sharper.any():
        part = rgb[sharper]
        amount = _uniform((len(part), 1, 1, 1), 0.2, 0.2 + 1.3 * strength, generator)
        soft = F.avg_pool2d(F.pad(part, (2, 2, 2, 2), mode="replicate"), 5, 1)
        result[sharper] = (part + amount * (part - soft)).clamp(0, 1)
    return result


JPEG = 0.3
"""Share of the samples that were stored as JPEG: halved chroma and a quality of 75, which is what most programs write, took the types of JTSC's small cells
from 0.955 to 0.841 before."""


def _jpeg_some(rgb: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """Samples as a JPEG file of quality 25 to 95 with halved chroma has them, in which the crop has 0.4 to 1 times as many px each way."""
    batch, _, height, width = rgb.shape
    result = rgb.clone()
    for i in torch.nonzero(torch.rand(batch, generator=generator) < JPEG * strength)[:, 0].tolist():
        quality = int(torch.randint(25, 96, (1,), generator=generator))
        factor = float(_uniform((1,), 0.4, 1.0, generator))
        small = F.interpolate(rgb[i : i + 1], size=(round(factor * height), round(factor * width)), mode="bilinear", antialias=True)
        image = Image.fromarray((255 * small[0].permute(1, 2, 0)).round().clamp(0, 255).byte().numpy())
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling="4:2:0")
        stored = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None].float() / 255
        result[i] = F.interpolate(stored, size=(height, width), mode="bilinear", align_corners=False)[0]
    return result


def _blur_some(rgb: torch.Tensor, generator: torch.Generator, strength: float) -> torch.Tensor:
    """Gaussian-blur about a third of the samples by one sigma (defocus)."""
    chosen = torch.rand(rgb.shape[0], generator=generator) < 0.3
    if not chosen.any():
        return rgb
    sigma = float(_uniform((1,), 0.4, 0.4 + 1.4 * strength, generator))
    x = torch.arange(-4, 5, dtype=torch.float32)
    taps = torch.exp(-(x**2) / (2 * sigma**2))
    taps = (taps / taps.sum()).repeat(3, 1)
    part = F.pad(rgb[chosen], (4, 4, 4, 4), mode="replicate")
    part = F.conv2d(part, taps[:, None, None, :], groups=3)
    part = F.conv2d(part, taps[:, None, :, None], groups=3)
    result = rgb.clone()
    result[chosen] = part
    return result
