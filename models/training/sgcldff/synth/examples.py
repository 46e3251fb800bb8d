"""The repository's own pictures: the app's sample smears and the end-to-end tests' fixtures, all from fixed seeds."""

from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from .field import make_field
from .write import EXTENSIONS, save_image, write_field, write_json

# Seeds were picked by eye among many for clear, typical cells.
SAMPLES = (
    ("smear-cream", "jpeg", "Cream slide, five cell types", dict(
        seed=31, stain="cream", cell_diameter=92, at_border=0, red_cover=0.45,
        types=("neutrophil", "lymphocyte", "eosinophil", "monocyte", "basophil"))),
    ("smear-grey", "jpeg", "Grey slide, crowded red cells", dict(
        seed=52, stain="grey", cell_diameter=100, at_border=0, red_cover=0.62,
        types=("neutrophil", "eosinophil", "lymphocyte"))),
    ("smear-pink", "webp", "Pink stain, white cells in contact", dict(
        seed=53, stain="pink", cell_diameter=84, touching=True, red_cover=0.4,
        types=("neutrophil", "lymphocyte", "monocyte", "neutrophil"))),
    ("smear-yellow", "jpeg", "Yellow lamp, small cells, platelets", dict(
        seed=24, stain="yellow", cell_diameter=72, at_border=0, red_cover=0.5, platelet_count=14,
        types=("neutrophil", "monocyte", "lymphocyte", "neutrophil", "eosinophil", "basophil"))),
)

FIXTURES = (
    ("field-a", 320, 240, dict(seed=213, stain="cream", cell_diameter=64, at_border=0, red_cover=0.4,
                               types=("neutrophil", "lymphocyte", "eosinophil"))),
    ("field-b", 256, 192, dict(seed=32, stain="purple", cell_diameter=64, at_border=0, red_cover=0.4,
                               types=("monocyte", "neutrophil"))),
    ("touching", 320, 240, dict(seed=63, stain="cream", cell_diameter=70, touching=True, red_cover=0.35,
                                types=("neutrophil", "lymphocyte"))),
    ("empty", 256, 192, dict(seed=34, stain="cream", cell_diameter=64, empty=True, red_cover=0.45,
                             platelet_count=5)),
)

_EXIF_ORIENTATION = 0x0112


def write_samples(directory):
    """Write the sample smears (640x480) and index.json: [{file, title, width, height, cells, types}].

    cells: number of white cells; types: cell type -> number."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    index = []
    for name, kind, title, options in SAMPLES:
        field = make_field(640, 480, jpeg_quality=0, **options)
        file = name + EXTENSIONS[kind]
        save_image(directory / file, field.image, kind, quality=85)
        types = dict(sorted(Counter(c["type"] for c in field.cells).items()))
        index.append({"file": file, "title": title, "width": 640, "height": 480,
                      "cells": len(field.cells), "types": types})
    write_json(directory / "index.json", index)
    return index


def write_fixtures(directory):
    """Write the test fields with truth, three other encodings of field-b, and index.json.

    index.json: [{file, truth, width, height}]; truth names the JSON whose cells and masks hold for the file as it is
    displayed. gray.png is field-b in grey, rgba.png has an opaque alpha channel, exif6.jpg is stored lying on its side
    with EXIF orientation 6, so that a reader that honours it shows field-b."""
    directory = Path(directory)
    index = []
    for name, width, height, options in FIXTURES:
        field = make_field(width, height, jpeg_quality=0, noise=1.0, **options)
        found = write_field(directory, name, field)
        index.append({"file": found["image"], "truth": f"{name}.json", "width": width, "height": height})
        if name == "field-b":
            variants = _write_variants(directory, field.image)
            index += [{"file": f, "truth": f"{name}.json", "width": width, "height": height} for f in variants]
    write_json(directory / "index.json", index)
    return index


def _write_variants(directory, image):
    photo = Image.fromarray(image)
    save_image(directory / "gray.png", photo.convert("L"), "png")
    save_image(directory / "rgba.png", photo.convert("RGBA"), "png")
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = 6
    # Orientation 6 means 'turn a quarter clockwise to display', so the stored raster is turned a quarter back.
    sideways = Image.fromarray(np.ascontiguousarray(np.rot90(image)))
    sideways.save(directory / "exif6.jpg", "JPEG", quality=92, optimize=True, exif=exif)
    return ["gray.png", "rgba.png", "exif6.jpg"]
