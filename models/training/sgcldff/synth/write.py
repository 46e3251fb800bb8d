"""Write a field and its truth to files.

A field NAME becomes
    NAME.png | NAME.jpg | NAME.webp   the image, sRGB
    NAME.instances.png                16-bit grey, 0 background, k = white cell with id k
    NAME.classes.png                  8-bit grey, 0 background, 1 cytoplasm, 2 nucleus
    NAME.json                         the truth, keys:
        format        "leukolens-synth/1"
        image, instances, classes     file names beside the JSON
        width, height                 px
        seed, stain, cellDiameter     what the field was made from (cellDiameter: px of a typical neutrophil)
        cells         [{id, type, box, touchesBorder}]; type is neutrophil, eosinophil, basophil, lymphocyte or
                      monocyte; box is [x0, y0, x1, y1] px, half-open; touchesBorder: the frame may cut the cell
        contacts      [[id, id]] pairs of white cells sharing a border
        redCells      [box] clipped to the frame, hidden parts included
        platelets     [{box, count}] single platelets (count 1) and clumps
        options       {touching, blur (px), jpegQuality (0: not compressed while making the field)}
"""

import json
from pathlib import Path

from PIL import Image

EXTENSIONS = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}


def save_image(path, image, kind, quality=85):
    """Save uint8 (h, w, 3) or (h, w) or a PIL image as png (lossless), jpeg or webp (at the quality)."""
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    if kind == "png":
        image.save(path, "PNG", optimize=True)
    elif kind == "jpeg":
        image.save(path, "JPEG", quality=quality, optimize=True)
    else:
        image.save(path, "WEBP", quality=quality, method=6)


def truth(field, name, kind="png"):
    """The truth of a field as a JSON-ready dict; name: file name without extension."""
    height, width = field.instances.shape
    return {
        "format": "leukolens-synth/1",
        "image": name + EXTENSIONS[kind],
        "instances": f"{name}.instances.png",
        "classes": f"{name}.classes.png",
        "width": width,
        "height": height,
        "seed": field.seed,
        "stain": field.stain,
        "cellDiameter": round(field.cell_diameter, 2),
        "cells": field.cells,
        "contacts": field.contacts,
        "redCells": field.red_cells,
        "platelets": field.platelets,
        "options": field.options,
    }


def write_field(directory, name, field, kind="png", quality=85):
    """Write image, masks and truth of a field into the directory (made if missing); returns the truth."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    save_image(directory / (name + EXTENSIONS[kind]), field.image, kind, quality)
    Image.fromarray(field.instances).save(directory / f"{name}.instances.png", "PNG", optimize=True)
    Image.fromarray(field.classes).save(directory / f"{name}.classes.png", "PNG", optimize=True)
    found = truth(field, name, kind)
    write_json(directory / f"{name}.json", found)
    return found


def write_json(path, value):
    """Write JSON readable in a diff: one line per key, or per item of a list at the top level."""
    if isinstance(value, dict):
        lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()]
        text = "{\n" + ",\n".join(lines) + "\n}\n"
    else:
        text = "[\n" + ",\n".join("  " + json.dumps(v) for v in value) + "\n]\n"
    Path(path).write_text(text, encoding="utf-8")
