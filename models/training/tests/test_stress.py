import numpy as np
import pytest

from sgcldff.stress import STRESSES, stressed


def smear() -> np.ndarray:
    """A dark disc on light ground, uint8 [120, 160, 3]."""
    y, x = np.mgrid[:120, :160]
    inside = np.hypot(x - 80, y - 60) < 25
    return np.where(inside[..., None], (110, 60, 150), (230, 225, 220)).astype(np.uint8)


@pytest.mark.parametrize("name", STRESSES)
def test_every_stress_changes_the_image_and_leaves_the_cell_in_its_place(name: str) -> None:
    before, after = smear(), stressed(smear(), name)
    assert after.shape == before.shape and after.dtype == np.uint8
    assert np.abs(after.astype(int) - before).mean() > 0.2
    # The disc is still what is darkest: its centre of mass has not moved.
    dark = after.sum(2) < (int(after[60, 80].sum()) + int(after[60, 20].sum())) / 2
    rows, columns = np.nonzero(dark[30:90, 50:110])
    assert abs(rows.mean() - 30) < 2 and abs(columns.mean() - 30) < 2


def test_stain_strength_keeps_the_white_and_scales_density() -> None:
    before, after = smear(), stressed(smear(), "overstained")
    assert np.array_equal(after[0, 0], before[0, 0])
    density = np.log(230 / after[60, 80, 0]) / np.log(230 / before[60, 80, 0])
    assert abs(density - 1.5) < 0.02


def test_an_unknown_stress_is_no_stress() -> None:
    with pytest.raises(KeyError):
        stressed(smear(), "none such")
