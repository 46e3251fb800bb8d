"""White point, resampling and saliency cues on inputs whose answer is known."""

import numpy as np
import pytest
import torch
from PIL import Image

from sgcldff import constants, white_point
from sgcldff.cues import blur, cues, unmixing_matrix
from sgcldff.resample import window


def stained(azure: float, eosin: float) -> torch.Tensor:
    """A uniform image of known stain concentrations, [1, 3, 24, 24]."""
    od = azure * np.array(constants.STAIN_AZURE) + eosin * np.array(constants.STAIN_EOSIN)
    return torch.tensor(10.0**-od, dtype=torch.float32)[None, :, None, None].expand(1, 3, 24, 24)


@pytest.mark.parametrize(("azure", "eosin"), [(0.0, 0.0), (0.8, 0.0), (0.0, 0.5), (0.4, 0.3)])
def test_unmixing_recovers_known_concentrations(azure, eosin):
    maps = cues(stained(azure, eosin))[0]
    assert maps[1].mean().item() == pytest.approx(azure * constants.CUE_SCALES[1], abs=1e-3)
    assert maps[2].mean().item() == pytest.approx(eosin * constants.CUE_SCALES[2], abs=1e-3)


def test_stain_vectors_are_unit_and_apart():
    azure, eosin = np.array(constants.STAIN_AZURE), np.array(constants.STAIN_EOSIN)
    assert np.linalg.norm(azure) == pytest.approx(1, abs=0.01)
    assert np.linalg.norm(eosin) == pytest.approx(1, abs=0.01)
    assert np.linalg.cond(unmixing_matrix()) < 20


def test_uniform_image_has_no_edges_and_no_surround():
    maps = cues(stained(0.3, 0.2))[0]
    assert maps[4].abs().max().item() < 1e-4
    assert maps[5].abs().max().item() < 1e-4


def test_dark_blob_is_brighter_in_the_middle_of_the_centre_surround_cue():
    rgb = torch.ones(1, 3, 48, 48)
    rgb[:, :, 20:28, 20:28] = 0.3
    surround = cues(rgb)[0, 4]
    assert surround[24, 24] > 0.2 > surround[2, 2].abs()


def test_saturation_is_that_of_hsv():
    rgb = torch.tensor([0.8, 0.4, 0.6])[None, :, None, None].expand(1, 3, 16, 16)
    assert cues(rgb)[0, 3].mean().item() == pytest.approx(0.5 * constants.CUE_SCALES[3], abs=1e-6)


def test_blur_keeps_a_constant_at_the_edges():
    assert torch.allclose(blur(torch.full((1, 1, 9, 9), 0.7), 8.0), torch.tensor(0.7), atol=1e-6)


def test_white_point_finds_the_background_under_dark_cells():
    rng = np.random.default_rng(0)
    image = np.full((120, 150, 3), (230, 210, 180), np.uint8)
    image[30:90, 40:100] = (90, 40, 120)
    image = np.clip(image + rng.integers(-3, 4, image.shape), 0, 255).astype(np.uint8)
    white = white_point.estimate(image, surface=True)
    assert white.surface is None  # too small for a surface
    assert np.allclose(white.constant * 255, (230, 210, 180), atol=3)


def test_white_surface_flattens_vignetting():
    y, x = np.mgrid[-1:1:360j, -1:1:480j]
    light = 1 - 0.35 * (x**2 + y**2) / 2
    image = np.round(light[..., None] * (240, 225, 230)).astype(np.uint8)
    image[100:160, 200:260] = image[100:160, 200:260] // 2
    clean = white_point.apply(image, white_point.estimate(image, surface=True))
    ground = np.ones(clean.shape[:2], bool)
    ground[95:165, 195:265] = False
    assert clean[ground].min() > 0.9  # 0.65 before
    assert clean[110:150, 210:250].max() < 0.6


@pytest.mark.parametrize("box", [(0, 0, 60, 40), (10.5, 4.25, 50.5, 30.75)])
def test_resampling_agrees_with_pillow(box):
    rng = np.random.default_rng(1)
    image = rng.random((40, 60, 1)).astype(np.float32)
    want = np.asarray(Image.fromarray(image[..., 0], "F").resize((16, 12), Image.Resampling.BILINEAR, box=box))
    got = window(image, box, (16, 12), 1.0)[..., 0]
    # Pillow renormalises at the image's edge, we let the background in: compare inside.
    assert np.abs(got - want)[2:-2, 2:-2].max() < 1e-4


def test_outside_the_image_is_background():
    assert np.all(window(np.zeros((10, 10, 3), np.float32), (20, 20, 30, 30), (4, 4), 1.0) == 1)
    half = window(np.zeros((10, 10, 1), np.float32), (-10, 0, 10, 10), (20, 10), 1.0)[..., 0]
    assert half[5, 3] == 1 and half[5, 15] == 0
