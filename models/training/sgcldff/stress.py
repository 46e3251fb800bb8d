"""Images as another scope, stain or camera might have made them, for measuring what the app bears.

python -m sgcldff.evaluate stage --data DIR --set bccd --to IN --stress dim

Every change leaves each cell where it is, so that the truth of the image as it was still holds, but for what 'eyepiece', 'framed',
'barred' and 'marked' cover. Training draws changes of
the same kinds, otherwise made. Two of them it was made to bear: since version 4 a crop's whole stain is drawn much fainter or
stronger now and then (augment.FAINT_OR_STRONG), because 'understained' had come out badly.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

Change = Callable[[np.ndarray], np.ndarray]
"""RGB float [H, W, 3] in [0, 255] -> the same, not yet clipped."""


def _light(r: float, g: float, b: float) -> Change:
    return lambda rgb: rgb * np.array([r, g, b])


def _stain(strength: float) -> Change:
    """Optical density times `strength`, against the image's own white."""

    def change(rgb: np.ndarray) -> np.ndarray:
        white = np.quantile(rgb.reshape(-1, 3), 0.98, axis=0)
        return white * np.power(np.clip(rgb, 1, None) / white, strength)

    return change


def _blur(rgb: np.ndarray) -> np.ndarray:
    """Out of focus by 0.4 % of the longer side."""
    sigma = 0.004 * max(rgb.shape[:2])
    return ndimage.gaussian_filter(rgb, (sigma, sigma, 0))


def _noise(rgb: np.ndarray) -> np.ndarray:
    return rgb + np.random.default_rng(0).normal(scale=14, size=rgb.shape)


def _jpeg(quality: int) -> Change:
    """As most programs write it, chroma at half the px each way."""

    def change(rgb: np.ndarray) -> np.ndarray:
        data = io.BytesIO()
        Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)).save(data, "JPEG", quality=quality, subsampling="4:2:0")
        return np.asarray(Image.open(data), float)

    return change


def _gamma(rgb: np.ndarray) -> np.ndarray:
    return 255 * np.power(np.clip(rgb, 0, 255) / 255, 1.6)


def _shadow(rgb: np.ndarray) -> np.ndarray:
    """Light that falls off to 45 % in one corner."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width]
    far = np.hypot(x / width, y / height) / np.sqrt(2)
    return rgb * (1 - 0.55 * far**2)[..., None]


def _eyepiece(rgb: np.ndarray) -> np.ndarray:
    """Black beyond an ellipse of 1.2 times the sides, soft over 1 % of them: a phone held to the eyepiece."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width]
    out = np.hypot((x / width - 0.5) / 0.6, (y / height - 0.5) / 0.6)
    share = np.clip((out - 1) / 0.02, 0, 1)[..., None]
    return rgb * (1 - share) + 7 * share


def _framed(value: float) -> Change:
    """The outer 5 % of each side of one value: a figure's frame, or a video's."""

    def change(rgb: np.ndarray) -> np.ndarray:
        height, width = rgb.shape[:2]
        inside = np.zeros((height, width, 1), bool)
        inside[height // 20 : height - height // 20, width // 20 : width - width // 20] = True
        return np.where(inside, rgb, value)

    return change


def _marked(rgb: np.ndarray) -> np.ndarray:
    """What programs draw into pictures: a scale bar, letters, a time on black, two arrows, a ring; saved as JPEG, as they are passed on."""
    image = Image.fromarray(np.clip(np.round(rgb), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    width, height = image.size
    unit = max(width, height) / 100

    def at(x: float, y: float) -> tuple[float, float]:
        return x * width, y * height

    def text(place: tuple[float, float], words: str, size: float, fill: str) -> None:
        draw.text(place, words, fill=fill, font=ImageFont.load_default(max(8, size * unit)))

    def arrow(tip: tuple[float, float], angle: float, fill: tuple[int, int, int]) -> None:
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        head = np.array(tip) - 2.5 * unit * along
        draw.line([tuple(head), tuple(head - 5 * unit * along)], fill, max(2, round(0.5 * unit)))
        draw.polygon([tip, tuple(head + 1.1 * unit * across), tuple(head - 1.1 * unit * across)], fill)

    x, y = at(0.78, 0.93)
    draw.rectangle([x, y, x + 15 * unit, y + 1.2 * unit], "black")
    text((x + 3 * unit, y - 4 * unit), "20 um", 3, "black")
    text(at(0.03, 0.03), "A", 7, "white")
    x, y = at(0.02, 0.93)
    draw.rectangle([x, y, x + 22 * unit, y + 4 * unit], "black")
    text((x + unit, y), "2024-05-01 10:32", 2.5, "yellow")
    arrow(at(0.33, 0.45), 0.6, (255, 0, 0))
    arrow(at(0.68, 0.35), 2.4, (255, 255, 0))
    x, y = at(0.62, 0.68)
    draw.ellipse([x - 6 * unit, y - 6 * unit, x + 6 * unit, y + 6 * unit], outline=(0, 255, 0), width=max(2, round(0.4 * unit)))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90)
    return np.asarray(Image.open(data), float)


STRESSES: dict[str, Change] = {
    "dim": _light(0.5, 0.5, 0.5),
    "yellow": _light(1.0, 0.9, 0.6),
    "blue": _light(0.7, 0.85, 1.0),
    "overstained": _stain(1.5),
    "understained": _stain(0.6),
    "gamma": _gamma,
    "shadow": _shadow,
    "blur": _blur,
    "noise": _noise,
    "jpeg": _jpeg(20),
    "jpeg-75": _jpeg(75),
    "eyepiece": _eyepiece,
    "framed": _framed(255),
    "barred": _framed(12),
    "marked": _marked,
}


def stressed(rgb: np.ndarray, name: str) -> np.ndarray:
    """RGB uint8 [H, W, 3] changed as `name` says; KeyError where there is no such change."""
    return np.clip(np.round(STRESSES[name](rgb.astype(float))), 0, 255).astype(np.uint8)
