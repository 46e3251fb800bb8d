"""What a run leaves out is not trained on, and is measured."""

import numpy as np

from sgcldff.constants import PLATELET, TYPE_INDEX
from sgcldff.crops import UNKNOWN
from sgcldff.left_out import LeftOut, folds_of

EOSINOPHIL, MONOCYTE = TYPE_INDEX["eosinophil"], TYPE_INDEX["monocyte"]


def cells() -> dict[str, np.ndarray]:
    """Four of PBC, then six of Chula from four slides, the last with a false find of the detector and an untyped one."""
    return {
        "set": np.array(["pbc"] * 4 + ["chula_wbc"] * 6),
        "split": np.array(["train", "train", "val", "val", "train", "train", "train", "val", "train", "train"]),
        "group": np.array([""] * 4 + ["a", "a", "a", "b", "c", "d"]),
        "type": np.array([EOSINOPHIL, MONOCYTE, EOSINOPHIL, MONOCYTE, EOSINOPHIL, MONOCYTE, EOSINOPHIL, MONOCYTE, PLATELET, UNKNOWN]),
    }


def test_a_set_left_out_is_measured_on_all_its_typed_cells() -> None:
    train, val, out = LeftOut(sets=("chula_wbc",)).split(cells())
    assert train.nonzero()[0].tolist() == [0, 1]
    assert val.nonzero()[0].tolist() == [2, 3, 7]
    assert out["chula_wbc"].nonzero()[0].tolist() == [4, 5, 6, 7]


def test_slides_are_whole_in_a_fold_and_the_folds_about_even() -> None:
    assert folds_of(np.array(["a", "a", "a", "b", "c", "d", "d"])).tolist() == [0, 0, 0, 2, 2, 1, 1]


def test_every_typed_cell_is_left_out_by_one_fold_and_trained_on_by_the_others() -> None:
    splits = [LeftOut(fold=f"chula_wbc:{k}").split(cells()) for k in range(3)]
    held = np.stack([out[f"chula_wbc:{k}"] for k, (_, _, out) in enumerate(splits)])
    trained = np.stack([train for train, _, _ in splits])
    assert held.sum(0).tolist() == [0] * 4 + [1] * 4 + [0] * 2
    assert trained.sum(0)[4:].tolist() == [2] * 6
    # PBC keeps its split; Chula has no val cells.
    assert all(val.nonzero()[0].tolist() == [2, 3] for _, val, _ in splits)
    assert trained[:, :4].tolist() == [[True, True, False, False]] * 3


def test_a_type_left_out_is_never_shown_and_is_measured_on_its_val_cells() -> None:
    train, val, out = LeftOut(types=("eosinophil",)).split(cells())
    assert train.nonzero()[0].tolist() == [1, 5, 8, 9]
    assert val.nonzero()[0].tolist() == [3, 7]
    assert out["eosinophil"].nonzero()[0].tolist() == [2]


def test_options_of_runs_before_there_were_folds_are_understood() -> None:
    assert LeftOut.of({"exclude": ["jtsc"]}) == LeftOut(sets=("jtsc",))
