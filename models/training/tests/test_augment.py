"""What changes between labs."""

import numpy as np
import torch

from sgcldff.augment import FAINTEST, _jpeg_some, _resolution_some, draw_transfers, lab_transfers, stain_moments


def lab(red: float, green: float, blue: float, seed: int) -> np.ndarray:
    """Crops uint8 [4, 32, 32, 3] of random optical densities of one colour and some of each."""
    rng = np.random.default_rng(seed)
    od = rng.random((4, 32, 32, 1)) * np.array([red, green, blue]) + rng.random((4, 32, 32, 3)) * 0.1
    return np.round(255 * 10**-od).astype(np.uint8)


def test_a_lab_moved_to_another_has_its_moments_and_clear_glass_stays_clear():
    first, second = lab(0.2, 0.5, 0.1, 0), lab(0.1, 0.15, 0.3, 1)
    moments = torch.stack([stain_moments(first), stain_moments(second)])
    moves = lab_transfers(moments)
    assert torch.allclose(moves[0, 1] @ moments[0] @ moves[0, 1].T, moments[1], atol=1e-4)
    assert torch.allclose(moves[0, 0], torch.eye(3), atol=1e-3)
    # Linear without a constant: no density stays none.
    assert torch.equal(moves[0, 1] @ torch.zeros(3), torch.zeros(3))
    assert (torch.linalg.eigvalsh(moments[0]) >= FAINTEST**2 * 0.99).all()


def test_only_the_share_asked_for_is_moved():
    moves = lab_transfers(torch.stack([torch.eye(3) * 0.04, torch.diag(torch.tensor([0.01, 0.09, 0.04]))]))
    labs = torch.zeros(2000, dtype=torch.int64)
    drawn = draw_transfers(moves, labs, 0.35, torch.Generator().manual_seed(0))
    moved = (drawn - torch.eye(3)).abs().amax((1, 2)) > 1e-4
    # Half of those moved are moved to their own lab.
    assert 0.13 < moved.float().mean() < 0.22
    assert torch.equal(draw_transfers(moves, labs[:4], 0.0, torch.Generator()), torch.eye(3).expand(4, 3, 3))


def test_a_third_are_seen_through_other_pixels_or_sharpened_and_the_rest_stay():
    generator = torch.Generator().manual_seed(0)
    stripes = (torch.arange(64) // 4 % 2 * 0.4 + 0.3).expand(600, 3, 64, 64)
    seen = _resolution_some(stripes, generator, 1.0)
    contrast = seen.amax((1, 2, 3)) - seen.amin((1, 2, 3))
    unchanged = (seen == stripes).flatten(1).all(1)
    assert 0.6 < unchanged.float().mean() < 0.73
    sharpened = contrast > 0.41
    assert 0.13 < sharpened.float().mean() < 0.2
    assert seen.min() >= 0 and seen.max() <= 1
    even = torch.full((60, 3, 64, 64), 0.6)
    assert torch.allclose(_resolution_some(even, generator, 1.0), even, atol=1e-6), "an even crop stays even"


def test_jpeg_keeps_what_a_sample_shows_and_halves_its_chroma() -> None:
    # Stripes of one brightness (BT.601) and two colours, a px wide: chroma at half the px cannot hold them.
    red, green = torch.tensor([0.8, 0.3, 0.4]), torch.tensor([0.3, 0.555, 0.4])
    columns = (torch.arange(64) % 2).float()
    stripes = (red[:, None] * columns + green[:, None] * (1 - columns))[:, None].expand(3, 64, 64)
    given = torch.stack([stripes, torch.full((3, 64, 64), 0.6)] * 100)
    stored = _jpeg_some(given, torch.Generator().manual_seed(0), 1.0)
    changed = (stored[::2] != given[::2]).flatten(1).any(1)
    assert 0.2 < changed.float().mean() < 0.4
    contrast = (stored[::2, 0, :, 1:] - stored[::2, 0, :, :-1]).abs().mean((1, 2))
    assert (contrast[changed] < 0.1).all() and (contrast[~changed] > 0.4).all()
    torch.testing.assert_close(stored[1::2], given[1::2], atol=0.02, rtol=0)
