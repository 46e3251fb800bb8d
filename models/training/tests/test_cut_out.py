import json

import numpy as np
from PIL import Image

from sgcldff import cut_out
from sgcldff.data import Record


def test_a_cell_is_cut_square_with_its_margin_and_ends_with_the_image():
    image = np.arange(100 * 80).reshape(80, 100)
    assert cut_out.cut(image, (40, 30, 60, 40), 0.1).tolist() == image[23:47, 38:62].tolist()
    assert cut_out.cut(image, (0, 70, 20, 80), 0.0).shape == (15, 20)


def test_cells_are_typed_by_their_boxes_or_as_the_only_one(tmp_path):
    mask = np.zeros((60, 100), np.uint8)
    mask[10:40, 20:45] = 1
    Image.fromarray(mask).save(tmp_path / "mask.png")

    def record(types, boxes=()):
        return Record("bccd", tmp_path / "a.png", "val", types, "field", "", tmp_path / "mask.png", list(boxes))

    assert list(cut_out.typed_cells(record(["monocyte"]))) == [("monocyte", (20, 10, 45, 40))]
    assert list(cut_out.typed_cells(record(["monocyte"], [("WBC", 0, 0, 9, 9)]))) == [("monocyte", (20, 10, 45, 40))]
    assert list(cut_out.typed_cells(record(["monocyte", "basophil"]))) == []
    boxes = [("basophil", 1, 2, 3, 4), ("monocyte", 5, 6, 7, 8)]
    assert list(cut_out.typed_cells(record(["basophil", "monocyte"], boxes))) == [("basophil", (1, 2, 3, 4)), ("monocyte", (5, 6, 7, 8))]


def test_types_are_counted_by_set(tmp_path):
    called = {"jtsc/monocyte/1-0.png": "monocyte", "jtsc/monocyte/2-0.png": "platelet", "bccd/eosinophil/3-0.png": "eosinophil"}
    images = [{"file": file, "cells": [{"modelType": type_}]} for file, type_ in called.items()]
    images.append({"file": "bccd/monocyte/4-0.png", "error": {"message": "It cannot be read."}})
    (tmp_path / "results.json").write_text(json.dumps({"images": images}))
    assert cut_out.score(tmp_path) == {"bccd": (2, 0.5), "jtsc": (2, 0.5)}
