"""The comparison of app and PyTorch, on masks known by hand."""

import numpy as np

from sgcldff import agree


def test_only_the_component_at_the_centre_counts_and_its_holes_are_filled():
    inside = np.zeros((160, 160), bool)
    inside[40:90, 40:90] = True
    inside[60:64, 60:64] = False
    inside[0:20, 0:20] = True
    kept = agree.centred(inside)
    assert kept[62, 62] and kept[45, 45] and not kept[5, 5]
    assert not agree.centred(np.zeros((160, 160), bool)).any()


def test_classes_land_where_the_window_was():
    probabilities = np.zeros((3, 160, 160), np.float32)
    probabilities[0] = 1
    probabilities[:, 32:96, 32:96] = np.array([0, 1, 0])[:, None, None]
    probabilities[:, 56:72, 56:72] = np.array([0, 0, 1])[:, None, None]
    # A window of 80 px at (10, 20): two grid px a px of the image.
    found = agree.on_image(probabilities, [10, 20, 90, 100], (110, 100))
    assert found.shape == (110, 100)
    assert (found[36:68, 26:58] > 0).all() and (found > 0).sum() == 32 * 32
    assert (found == 2).sum() == 8 * 8 and found[52, 42] == 2
