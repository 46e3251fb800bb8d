import numpy as np

from sgcldff import views
from sgcldff.figures import cell_once, figures, interval
from sgcldff.readings import WHITE_FINDS, white_finds
from sgcldff.takes import once, takes


def test_frames_at_most_two_apart_on_a_slide_are_one_take():
    names = ["B-42_0021.jpg", "B-42_0023.jpg", "L-8_0024.jpg", "B-42_0026.jpg", "B-42_0025.jpg", "E-4B_0026.jpg"]
    of = takes("chula_wbc", names)
    assert of[0] == of[1] == of[4] == of[3], "in whatever order they come"
    assert len(set(of)) == 3
    assert len(set(takes("chula_wbc", ["B-42_0021.jpg", "B-42_0024.jpg"]))) == 2
    assert len(set(takes("raabin", ["B-42_0021.jpg", "B-42_0022.jpg"]))) == 2, "of other sets nothing is known"


def test_cells_of_one_picture_are_several():
    np.testing.assert_allclose(once("synth", ["a.png", "a.png", "b.png"]), 1)
    np.testing.assert_allclose(once("chula_wbc", ["B-56_0150.jpg", "B-56_0150.jpg", "B-56_0151.jpg"]), 0.5)


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


def test_pictures_of_one_cell_are_drawn_together_and_can_count_as_one():
    right, wrong = (2, 2, 0.9, True, 0.9), (1, 2, 0.9, True, 0.9)
    rows = [{"typed": [right], "cell_dice": [], "take": 0} for _ in range(9)] + [{"typed": [wrong], "cell_dice": [], "take": 1}]
    assert cell_once(rows) == 0.5
    named = figures("chula_wbc", rows)
    assert named["5-type accuracy"](rows) == 0.9
    # Two cells: either may be drawn twice.
    assert interval(rows, named["5-type accuracy"]) == (0.0, 1.0)
    apart = [{k: v for k, v in row.items() if k != "take"} for row in rows]
    assert interval(apart, named["5-type accuracy"])[0] > 0.5
    assert "5-type accuracy, a cell once" not in figures("chula_wbc", apart)
