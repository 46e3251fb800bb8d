"""From optical density to a photograph: lamp, lens, sensor, file."""

import io

import numpy as np
from PIL import Image
from scipy import ndimage

from . import shapes


def illumination(rng, height, width, stain):
    """Light reaching the camera through an empty slide, float32 (h, w, 3), 0..255."""
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    # The brightest spot is rarely the centre, and light falls off to one side.
    cx, cy = rng.uniform(-0.35, 0.35, 2)
    fall = ((x - cx) ** 2 + (y - cy) ** 2) / 2
    slope = rng.uniform(-0.03, 0.03, 2)
    light = 1 - stain.vignette * rng.uniform(0.6, 1.3) * fall + slope[0] * x + slope[1] * y
    tint = np.asarray(stain.tint, np.float32) - 1
    colour = 1 + np.clip(fall, 0, 1.4)[..., None] * tint
    return (np.asarray(stain.background, np.float32) * light[..., None] * colour).astype(np.float32)


def lens(rng, image, sigma, dispersion):
    """Focus blur (sigma, px) and lateral chromatic aberration (dispersion: relative shift of red and blue)."""
    image = ndimage.gaussian_filter(image, (sigma, sigma, 0), mode="nearest", truncate=3.0)
    if dispersion:
        h, w = image.shape[:2]
        for channel, sign in ((0, 1), (2, -1)):
            scale = 1 + sign * dispersion
            offset = (h / 2 * (1 - scale), w / 2 * (1 - scale))
            image[..., channel] = ndimage.affine_transform(
                image[..., channel], (scale, scale), offset=offset, order=1, mode="nearest"
            )
    return image


def sensor(rng, image, noise):
    """Add luminance grain and weaker, coarser colour noise (standard deviations in grey levels); returns uint8."""
    h, w = image.shape[:2]
    grain = ndimage.gaussian_filter(rng.standard_normal((h, w), dtype=np.float32), 0.5)
    image = image + (noise * grain / grain.std())[..., None]
    for channel in range(3):
        image[..., channel] += 0.45 * noise * shapes.smooth_noise(rng, (h, w), 1.6)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


def jpeg(image, quality):
    """The image after a trip through JPEG at the given quality, uint8 (h, w, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=int(quality))
    return np.asarray(Image.open(io.BytesIO(buffer.getvalue())).convert("RGB"))
