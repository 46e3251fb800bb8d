"""Outside referees of the exports: pycocotools, scikit-image, scipy, tifffile, Pillow and the csv module read what the app writes."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from scipy.stats import binomtest
from skimage.draw import polygon2mask
from skimage.measure import perimeter, regionprops

OUT = Path(os.environ["LEUKOLENS_EXPORTS"])
TRUTH = json.loads((OUT / "truth.json").read_text(encoding="utf-8"))


def classes(image: dict, cell: dict) -> np.ndarray:
    """A cell's px: 0, 1 cytoplasm, 2 nucleus."""
    return np.frombuffer(cell["px"].encode(), np.uint8).reshape(image["height"], image["width"]) - ord("0")


CELLS = [(image, cell) for image in TRUTH["images"] for cell in image["cells"]]


def test_there_is_something_to_hold() -> None:
    assert len(CELLS) > 20
    assert len({cell["type"] for _, cell in CELLS}) > 5


def test_pycocotools_loads_the_coco_and_its_masks_equal_ours() -> None:
    coco = COCO(OUT / "coco.json")
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    files = {image["id"]: image["file_name"] for image in coco.loadImgs(coco.getImgIds())}
    found = {(files[a["image_id"]], a["attributes"]["cell"]): a for a in coco.loadAnns(coco.getAnnIds())}
    assert len(found) == len(CELLS)
    for image, cell in CELLS:
        annotation = found[image["file"], cell["id"]]
        ours = classes(image, cell)
        assert np.array_equal(coco.annToMask(annotation), ours > 0)
        assert np.array_equal(coco_mask.decode(annotation["nucleus"]), ours == 2)
        rle = coco.annToRLE(annotation)
        assert annotation["area"] == int(coco_mask.area(rle))
        assert annotation["bbox"] == coco_mask.toBbox(rle).tolist()
        assert names[annotation["category_id"]] == cell["type"]


def rasterised(geometry: dict, shape: tuple[int, int]) -> np.ndarray:
    """Px whose centres are inside; scikit-image has its px centres at whole numbers, the file has px corners there."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    mask = np.zeros(shape, bool)
    for outer, *holes in polygons:
        own = polygon2mask(shape, np.array(outer)[:, ::-1] - 0.5)
        for hole in holes:
            own &= ~polygon2mask(shape, np.array(hole)[:, ::-1] - 0.5)
        mask |= own
    return mask


def test_geojson_polygons_rasterise_to_our_masks() -> None:
    worst = 1.0
    for image in TRUTH["images"]:
        data = json.loads((OUT / f"{image['name']}.geojson").read_text(encoding="utf-8"))
        features = {f["properties"]["leukolens"]["cell"]: f for f in data["features"]}
        for cell in image["cells"]:
            ours = classes(image, cell)
            for geometry, part in ((features[cell["id"]]["geometry"], ours > 0), (features[cell["id"]].get("nucleusGeometry"), ours == 2)):
                if geometry is None:
                    assert not part.any()
                    continue
                theirs = rasterised(geometry, ours.shape)
                worst = min(worst, (theirs & part).sum() / (theirs | part).sum())
                rings = geometry["coordinates"] if geometry["type"] == "Polygon" else [r for p in geometry["coordinates"] for r in p]
                assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
    print(f"lowest IoU of a GeoJSON polygon with its mask: {worst:.4f}")
    assert worst >= 0.98


def test_regionprops_agree_within_one_percent() -> None:
    worst = 0.0
    for image, cell in CELLS:
        for part, props in ((classes(image, cell) > 0, cell["measures"]["cell"]), (classes(image, cell) == 2, cell["measures"]["nucleus"])):
            if props is None:
                assert not part.any()
                continue
            theirs = regionprops(part.astype(np.uint8))[0]
            length = perimeter(np.pad(part, 1), neighborhood=4)
            pairs = {
                "area": theirs.area,
                "equivalentDiameter": theirs.equivalent_diameter_area,
                "perimeter": length,
                "circularity": 4 * np.pi * theirs.area / length**2,
                "solidity": theirs.solidity,
                "majorAxis": theirs.axis_major_length,
                "minorAxis": theirs.axis_minor_length,
            }
            for name, value in pairs.items():
                worst = max(worst, abs(props[name] - value) / value)
    print(f"largest relative error against regionprops: {worst:.2e}")
    assert worst <= 0.01


def test_scipy_agrees_with_the_intervals() -> None:
    for row in TRUTH["intervals"]:
        theirs = binomtest(row["x"], row["n"]).proportion_ci(0.95, "exact")
        assert row["low"] == pytest.approx(theirs.low, abs=1e-6)
        assert row["high"] == pytest.approx(theirs.high, abs=1e-6)


@pytest.mark.parametrize("image", TRUTH["images"], ids=lambda image: str(image["file"]))
def test_label_maps_of_both_kinds_are_the_same(image: dict) -> None:
    for kind, depth in (("cells", np.uint16), ("classes", np.uint8)):
        png = np.asarray(Image.open(OUT / f"{image['name']}.{kind}.png"))
        tiff = tifffile.imread(OUT / f"{image['name']}.{kind}.tif")
        assert tiff.dtype == depth
        assert np.array_equal(png, tiff)
        assert np.array_equal(np.asarray(Image.open(OUT / f"{image['name']}.{kind}.tif")), tiff)
    expected = np.zeros((image["height"], image["width"]), np.uint16)
    for cell in sorted(image["cells"], key=lambda cell: -cell["id"]):
        expected[classes(image, cell) > 0] = cell["id"]
    assert np.array_equal(tifffile.imread(OUT / f"{image['name']}.cells.tif"), expected)


def test_the_table_is_read_by_the_csv_module() -> None:
    with (OUT / "cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert len(rows) == len(CELLS)
    for row, (image, cell) in zip(rows, CELLS):
        assert int(row["cell"]) == cell["id"]
        assert row["type"] == cell["type"]
        assert int(row["cell_area_px"]) == (classes(image, cell) > 0).sum()
        assert not row["image"].startswith("=")


def test_the_differential_is_read_by_the_csv_module() -> None:
    with (OUT / "differential.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    whole = [row for row in rows if int(row["slides"]) > 1]
    assert sum(int(row["count"]) for row in whole) == len(CELLS)
    for row in rows:
        if row["share_percent"]:
            theirs = binomtest(int(row["count"]), int(row["white_cells"])).proportion_ci(0.95, method="exact")
            assert float(row["low_percent"]) == pytest.approx(100 * theirs.low, abs=1e-3)
            assert float(row["high_percent"]) == pytest.approx(100 * theirs.high, abs=1e-3)


def test_results_json_validates() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(__file__).parents[2] / "docs/results.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((OUT / "results.json").read_text(encoding="utf-8")), schema)
