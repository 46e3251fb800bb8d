"""The evaluation on cases whose figures are known by hand."""

import json

import numpy as np
import pytest
from PIL import Image

from sgcldff import evaluate, figures


def cell(box, model_type, confidence=0.9, kept=True, number=1, novelty=0.5):
    return {
        "id": number,
        "box": box,
        "modelType": model_type,
        "type": model_type if kept else "unidentified",
        "confidence": confidence,
        "novelty": novelty,
    }


@pytest.fixture
def data(tmp_path):
    """A set of two masked fields (one cell each, left; the second also right) and its labels."""
    folder = tmp_path / "data" / "bccd"
    (folder / "images").mkdir(parents=True)
    (folder / "masks3").mkdir()
    lines = ["file,split,class,subtype,kind,width,height,group,mask3_file,boxes_json,source_split,note"]
    for name, count in (("a", 1), ("b", 2)):
        mask = np.zeros((60, 100), np.uint8)
        for k in range(count):
            mask[10:40, 10 + 50 * k : 40 + 50 * k] = 1
            mask[20:30, 20 + 50 * k : 30 + 50 * k] = 2
        Image.fromarray(mask).save(folder / "masks3" / f"{name}.png")
        Image.fromarray(np.zeros((60, 100, 3), np.uint8)).save(folder / "images" / f"{name}.png")
        lines.append(f"images/{name}.png,val,neutrophil,,field,100,60,,masks3/{name}.png,,val,")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "data"


def write_results(folder, found, scale=1):
    folder.mkdir()
    images = []
    for name, cells in found.items():
        ids, classes = np.zeros((60 * scale, 100 * scale), np.uint16), np.zeros((60 * scale, 100 * scale), np.uint8)
        for c in cells:
            x0, y0, x1, y1 = c["box"]
            ids[y0:y1, x0:x1], classes[y0:y1, x0:x1] = c["id"], 1
        Image.fromarray(ids).save(folder / f"{name}.cells.png")
        Image.fromarray(classes).save(folder / f"{name}.classes.png")
        images.append({"file": f"{name}.png", "width": 100 * scale, "cells": cells, "cellsFile": f"{name}.cells.png", "classesFile": f"{name}.classes.png"})
    (folder / "results.json").write_text(json.dumps({"model": None, "images": images}))


def test_fields_are_scored_by_hand_known_figures(data, tmp_path):
    # a: the cell exactly, and a false one; b: the left cell at half its height (IoU 0.5), the right one missed.
    write_results(
        tmp_path / "out",
        {
            "a": [cell([10, 10, 40, 40], "neutrophil"), cell([70, 10, 90, 30], "monocyte", number=2)],
            "b": [cell([10, 10, 40, 25], "lymphocyte"), cell([80, 45, 90, 55], "platelet", number=2)],
        },
    )
    summary, rows, complaints = evaluate.score(data, "bccd", tmp_path / "out", "val")
    of = {k: v["value"] for k, v in summary["figures"].items()}
    assert complaints == []
    assert of["detection precision"] == pytest.approx(2 / 3)
    assert of["detection recall"] == pytest.approx(2 / 3)
    assert of["detection F1 at IoU 0.5"] == pytest.approx(2 / 3)
    assert of["cell Dice"] == pytest.approx((1 + 2 / 3) / 2)
    assert of["5-type accuracy"] == pytest.approx(0.5)
    low, high = summary["figures"]["cell Dice"]["interval"]
    assert low == pytest.approx(2 / 3) and high == pytest.approx(1)
    assert "neutrophil" in figures.confusion(rows)


def test_images_staged_with_more_px_are_scored_against_the_truth_as_it_was(data, tmp_path):
    assert evaluate.stage(data, "bccd", "val", tmp_path / "in", scale=3) == 2
    assert Image.open(tmp_path / "in" / "a.png").size == (300, 180)
    found = {"a": [cell([30, 30, 120, 120], "neutrophil")], "b": [cell([30, 30, 120, 120], "neutrophil")]}
    write_results(tmp_path / "out", found, scale=3)
    _, rows, complaints = evaluate.score(data, "bccd", tmp_path / "out", "val")
    assert not complaints
    assert [row["counts"] for row in rows] == [(1, 0, 0), (1, 0, 1)]
    assert [row["cell_dice"] for row in rows] == [[1.0], [1.0]]


def test_abstention_keeps_the_sure_and_the_known_first():
    sure = [evaluate.typed("neutrophil", cell([0, 0, 9, 9], "neutrophil")) for _ in range(9)]
    unlike = evaluate.typed("monocyte", cell([0, 0, 9, 9], "neutrophil", confidence=0.99, novelty=3.0))
    rows = [{"typed": [t], "cell_dice": [], "nucleus_dice": []} for t in [unlike, *sure]]
    of = figures.figures("bccd", rows)
    assert of["5-type accuracy"](rows) == pytest.approx(0.9)
    assert of["accuracy at 90% coverage"](rows) == 1


def test_attributes_are_scored_one_by_one():
    rows = [
        {"words": [("vacuole", "no", "no"), ("colour", "pink", "red")]},
        {"words": [("vacuole", "yes", "yes"), ("colour", "red", "red")]},
    ]
    # Vacuole: all right. Colour: pink never called, red right once of two calls (F1 2/3).
    assert figures.words_f1(rows) == pytest.approx((1 + (0 + 2 / 3) / 2) / 2)
    # An image without a result: one vacuole more of which nothing was said, missed and no value of its own.
    missed = {"words": [("vacuole", "no", figures.NOTHING_SAID)]}
    assert figures.words_f1([*rows, missed]) == pytest.approx(((2 / 3 + 1) / 2 + (0 + 2 / 3) / 2) / 2)


def test_what_is_missing_is_said(data, tmp_path):
    write_results(tmp_path / "out", {"a": [cell([10, 10, 40, 40], "neutrophil")]})
    _, rows, complaints = evaluate.score(data, "bccd", tmp_path / "out", "val")
    assert complaints == ["b.png: not in the results"]
    # Its two cells count as missed.
    assert rows[1]["counts"] == (0, 0, 2)


def test_matching_is_one_to_one_and_best_first():
    truth = [(0, 0, 10, 10), (8, 0, 18, 10)]
    found = [(0, 0, 10, 10), (1, 0, 11, 10), (8, 0, 18, 10)]
    assert evaluate.matched(truth, found) == [(0, 0), (1, 2)]
    assert evaluate.matched([(0, 0, 10, 10)], [(6, 0, 16, 10)]) == []


def test_staging_links_one_split(data, tmp_path):
    assert evaluate.stage(data, "bccd", "val", tmp_path / "in") == 2
    assert sorted(p.name for p in (tmp_path / "in").iterdir()) == ["a.png", "b.png"]
    assert evaluate.stage(data, "bccd", "train", tmp_path / "none") == 0
