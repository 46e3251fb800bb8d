import numpy as np

from sgcldff import views
from sgcldff.readings import WHITE_FINDS, white_finds
from sgcldff.takes import takes


def test_frames_at_most_two_apart_on_a_slide_are_one_take():
    names = ["B-42_0021.jpg", "B-42_0023.jpg", "L-8_0024.jpg", "B-42_0026.jpg", "B-42_0025.jpg", "E-4B_0026.jpg"]
    of = takes("chula_wbc", names)
    assert of[0] == of[1] == of[4] == of[3], "in whatever order they come"
    assert len(set(of)) == 3
    assert len(set(takes("chula_wbc", ["B-42_0021.jpg", "B-42_0024.jpg"]))) == 2
    assert len(set(takes("raabin", ["B-42_0021.jpg", "B-42_0022.jpg"]))) == 2, "of other sets nothing is known"


def test_pictures_of_one_cell_share_its_part_of_the_batch():
    data = views.Crops.__new__(views.Crops)
    names = np.array([f"B-42_{k:04d}.jpg" for k in range(1, 9)] + ["B-42_0100.jpg"])
    data.columns = {"type": np.full(9, 2), "name": names}
    data.train, data.source = np.ones(9, bool), np.full(9, "chula_wbc")
    _, p = data.sampler({"chula_wbc": 1.0})
    np.testing.assert_allclose(p, [0.5 / 8] * 8 + [0.5])


def test_white_cells_without_a_box_are_no_platelets():
    of = white_finds(np.array(["chula_wbc", "raabin", "raabin", "bccd"]), np.array(["B-56_0150.jpg", "2bd943ad-1.jpg", "db000000.jpg", "B-56_0150.jpg"]))
    assert of.tolist() == [True, True, False, False]
    assert all(len(set(files)) == len(files) for files in WHITE_FINDS.values())
