"""Types that were read: whose they are, and that they are given to no other cells."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from sgcldff import crops, readings
from sgcldff.constants import TYPE_INDEX
from sgcldff.crops import ANY_WHITE_CELL, Cell
from sgcldff.data import Record


def field(tmp_path, name, boxes=(), mask=None):
    if mask is not None:
        Image.fromarray(mask).save(tmp_path / f"mask-{name}.png")
    return Record("raabin", tmp_path / name, "val", [], "crop", "", tmp_path / f"mask-{name}.png" if mask is not None else None, list(boxes))


def read(monkeypatch, names, letters):
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]
    monkeypatch.setattr(readings, "READ", {("raabin", "val"): (digest, letters)})


def test_letters_go_by_file_name_and_by_white_box(tmp_path, monkeypatch):
    read(monkeypatch, ["a", "b", "b"], "NM?")
    b = field(tmp_path, "b", [("WBC", 0, 0, 9, 9), ("RBC", 9, 9, 18, 18), ("WBC", 20, 0, 29, 9)])
    a = field(tmp_path, "a", [("Platelets", 30, 30, 33, 33), ("WBC", 0, 0, 9, 9)])
    letters = readings.readings([b, a])
    assert letters == {"a": "N", "b": "M?"}
    assert [box[0] for box in readings.with_types(b, letters["b"]).boxes] == ["monocyte", "RBC", "WBC"]
    assert b.boxes[0][0] == "WBC"


def test_letters_go_by_a_masks_cells_where_there_is_one(tmp_path, monkeypatch):
    read(monkeypatch, ["a", "a"], "NE")
    mask = np.zeros((60, 100), np.uint8)
    mask[10:40, 10:40] = mask[10:40, 60:90] = 1
    assert readings.readings([field(tmp_path, "a", [("WBC", 0, 0, 9, 9)], mask)]) == {"a": "NE"}


def test_other_cells_than_those_that_were_read_get_no_types(tmp_path, monkeypatch):
    read(monkeypatch, ["a"], "N")
    with pytest.raises(SystemExit, match="raabin: its val cells are not the 1 whose types were read"):
        readings.readings([field(tmp_path, "b", [("WBC", 0, 0, 9, 9)])])


def test_every_letter_is_known_and_stands_for_one_cell():
    for digest, letters in readings.READ.values():
        assert len(digest) == 8
        assert set(letters) <= {*readings.LETTERS, readings.UNSURE, readings.NO_CELL}
    assert [len(letters) for _, letters in readings.READ.values()] == [51, 391, 229]


def test_cells_take_the_types_that_were_read_and_what_is_none_goes():
    cells = [Cell((0.0, 0.0, 9.0, 9.0), TYPE_INDEX["eosinophil"], None, "a") for _ in range(3)]
    read = crops.as_read(cells, "N?X")
    assert [(c.type, c.trust) for c in read] == [(TYPE_INDEX["neutrophil"], readings.TRUST), (TYPE_INDEX["eosinophil"], None)]
    assert crops.as_read(cells, None) is cells
    assert ANY_WHITE_CELL not in [c.type for c in read]
