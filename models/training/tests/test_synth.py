"""The synthetic smears: same seed same field, and a truth that agrees with itself to the pixel."""

import io
import json

import numpy as np
import pytest
from PIL import Image, ImageOps
from scipy import ndimage

from sgcldff.synth import STAINS, TYPES, make_field
from sgcldff.synth.examples import FIXTURES, SAMPLES, write_fixtures, write_samples
from sgcldff.synth.write import write_field

FIELDS = [
    dict(width=320, height=240, seed=1),
    dict(width=200, height=310, seed=2, cell_diameter=40, at_border=1.0),
    dict(width=256, height=192, seed=3, touching=True),
    dict(width=320, height=240, seed=4, types=TYPES, cell_diameter=50),
    dict(width=160, height=160, seed=5, cell_diameter=120, n_wbc=1, at_border=1.0),
]


@pytest.fixture(params=FIELDS, ids=lambda o: f"seed{o['seed']}")
def field(request):
    return make_field(**request.param)


def test_same_seed_same_field():
    a, b = (make_field(256, 192, 9) for _ in range(2))
    for name in ("image", "instances", "classes"):
        assert np.array_equal(getattr(a, name), getattr(b, name))
    assert (a.cells, a.red_cells, a.platelets, a.stain) == (b.cells, b.red_cells, b.platelets, b.stain)
    assert not np.array_equal(a.image, make_field(256, 192, 10).image)


def test_arrays_have_the_documented_form(field):
    h, w = field.instances.shape
    assert field.image.shape == (h, w, 3) and field.image.dtype == np.uint8
    assert field.instances.dtype == np.uint16 and field.classes.dtype == np.uint8
    assert field.classes.shape == (h, w) and set(np.unique(field.classes)) <= {0, 1, 2}


def test_masks_boxes_and_instances_agree(field):
    assert np.array_equal(field.instances > 0, field.classes > 0)
    assert [c["id"] for c in field.cells] == list(range(1, len(field.cells) + 1))
    assert set(np.unique(field.instances)) - {0} == {c["id"] for c in field.cells}
    h, w = field.instances.shape
    for cell in field.cells:
        mask = field.instances == cell["id"]
        ys, xs = np.nonzero(mask)
        assert cell["box"] == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
        assert cell["touchesBorder"] == bool(xs.min() == 0 or ys.min() == 0 or xs.max() == w - 1 or ys.max() == h - 1)
        assert ndimage.label(mask)[1] == 1, "a cell is one piece"
        assert np.array_equal(ndimage.binary_fill_holes(mask), mask), "a cell has no holes"


def test_nucleus_lies_inside_its_cell(field):
    for cell in field.cells:
        mask = field.instances == cell["id"]
        nucleus = mask & (field.classes == 2)
        # The frame may cut through a nucleus, so what lies beyond it counts as inside.
        inside = ndimage.binary_erosion(mask, border_value=1)
        assert not (nucleus & ~inside).any()
        if not cell["touchesBorder"]:
            assert 0.1 < nucleus.sum() / mask.sum() < 0.95


def test_types_and_number_as_asked():
    assert [c["type"] for c in make_field(400, 300, 1, types=TYPES, cell_diameter=50).cells] == list(TYPES)
    for n in (1, 3, 6):
        assert len(make_field(400, 300, n, n_wbc=n, cell_diameter=40).cells) == n


def test_diameter_as_asked():
    for diameter in (30, 80):
        field = make_field(240, 240, 3, types=["neutrophil"], cell_diameter=diameter, at_border=0)
        measured = 2 * np.sqrt((field.instances == 1).sum() / np.pi)
        assert measured == pytest.approx(diameter, rel=0.1)


def test_empty_field_has_red_cells_only():
    field = make_field(256, 192, 5, empty=True)
    assert not field.instances.any() and not field.classes.any() and field.cells == []
    assert field.red_cells


@pytest.mark.parametrize("stain", STAINS)
def test_picture_shows_something(stain):
    image = make_field(200, 150, 6, stain=stain, types=["neutrophil"], cell_diameter=50).image.astype(float)
    assert image.std((0, 1)).min() > 3
    assert image.mean() > 60


@pytest.mark.parametrize("stain", STAINS)
def test_nuclei_are_darker_than_cytoplasm_than_slide(stain):
    field = make_field(320, 240, 8, stain=stain, types=["neutrophil", "monocyte"], cell_diameter=60)
    grey = field.image.mean(2)
    # The brightest tenth outside white cells is bare slide.
    slide = np.quantile(grey[field.classes == 0], 0.9)
    assert grey[field.classes == 2].mean() < grey[field.classes == 1].mean() - 15 < slide - 20


def test_touching_cells_share_a_border_and_others_do_not():
    for seed in range(6):
        field = make_field(320, 240, seed, touching=True, n_wbc=4, cell_diameter=48)
        assert field.contacts == [[1, 2], [3, 4]]
        for a, b in field.contacts:
            shared = ndimage.binary_dilation(field.instances == a) & (field.instances == b)
            assert shared.sum() >= 5
        assert make_field(320, 240, seed, n_wbc=4, cell_diameter=48).contacts == []


def test_boxes_lie_in_the_frame(field):
    h, w = field.instances.shape
    for x0, y0, x1, y1 in field.red_cells + [p["box"] for p in field.platelets]:
        assert 0 <= x0 < x1 <= w and 0 <= y0 < y1 <= h


@pytest.mark.parametrize("wrong", [
    dict(stain="green"), dict(types=["blast"]), dict(n_wbc=2, types=["monocyte"]), dict(n_wbc=40, cell_diameter=60),
    dict(touching=True, n_wbc=1), dict(empty=True, n_wbc=1), dict(cell_diameter=5),
])
def test_what_cannot_be_made_is_refused(wrong):
    with pytest.raises(ValueError):
        make_field(200, 150, 0, **wrong)


@pytest.mark.parametrize("kind, extension", [("png", ".png"), ("jpeg", ".jpg"), ("webp", ".webp")])
def test_written_files_read_back(tmp_path, field, kind, extension):
    found = write_field(tmp_path, "x", field, kind)
    assert json.loads((tmp_path / "x.json").read_text()) == found
    assert np.array_equal(np.asarray(Image.open(tmp_path / "x.instances.png")), field.instances)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "x.classes.png")), field.classes)
    image = np.asarray(Image.open(tmp_path / f"x{extension}").convert("RGB"))
    if kind == "png":
        assert np.array_equal(image, field.image)
    else:
        assert np.abs(image.astype(int) - field.image).mean() < 6


def test_fixtures(tmp_path):
    index = write_fixtures(tmp_path)
    assert {i["truth"] for i in index} == {f"{name}.json" for name, *_ in FIXTURES}
    base = Image.open(tmp_path / "field-b.png")
    for item in index:
        data = (tmp_path / item["file"]).read_bytes()
        assert len(data) < 250_000
        shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        assert shown.size == (item["width"], item["height"])
    assert Image.open(tmp_path / "gray.png").mode == "L"
    rgba = Image.open(tmp_path / "rgba.png")
    assert rgba.mode == "RGBA" and np.array_equal(np.asarray(rgba)[..., :3], np.asarray(base))
    stored = Image.open(tmp_path / "exif6.jpg")
    assert stored.size == (192, 256)
    turned = np.asarray(ImageOps.exif_transpose(stored), int)
    assert np.abs(turned - np.asarray(base, int)).mean() < 4


def test_samples(tmp_path):
    index = write_samples(tmp_path)
    assert index == json.loads((tmp_path / "index.json").read_text())
    assert set().union(*(i["types"] for i in index)) == set(TYPES)
    assert len({options["stain"] for *_, options in SAMPLES}) == len(SAMPLES)
    for item in index:
        assert (tmp_path / item["file"]).stat().st_size < 120_000
        assert Image.open(tmp_path / item["file"]).size == (item["width"], item["height"])
        assert 3 <= item["cells"] <= 6
