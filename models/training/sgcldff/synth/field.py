"""Compose a whole microscope field with its exact truth."""

from dataclasses import dataclass, field

import numpy as np

from . import cells, corpuscles, layout, optics, shapes
from .stains import STAINS

CYTOPLASM, NUCLEUS = 1, 2


@dataclass
class Field:
    """A synthetic smear field and its truth.

    image: uint8 (h, w, 3), sRGB.
    instances: uint16 (h, w), 0 background, k the white cell whose id is k (white cells only).
    classes: uint8 (h, w), 0 background, 1 cytoplasm, 2 nucleus (white cells only).
    cells: per white cell {id, type, box [x0, y0, x1, y1] half-open px, touchesBorder}.
    red_cells: boxes of red cells, half-open px, clipped to the frame; parts hidden by others are included.
    platelets: per platelet or clump {box, count}.
    contacts: pairs of ids of white cells that share a border (4-neighbours).
    seed, stain: what it was made from; cell_diameter: px of a typical neutrophil.
    """

    image: np.ndarray
    instances: np.ndarray
    classes: np.ndarray
    cells: list
    red_cells: list
    platelets: list
    contacts: list
    seed: int
    stain: str
    cell_diameter: float
    options: dict = field(default_factory=dict)


def make_field(width, height, seed, stain=None, n_wbc=None, cell_diameter=None, touching=False, empty=False, *,
               types=None, at_border=0.15, red_cover=None, platelet_count=None, blur=None, noise=None,
               jpeg_quality=None):
    """Make one field; the same arguments give the same Field, bit for bit.

    width, height: px. seed: non-negative int. stain: a name in `STAINS`, or None for a random one.
    n_wbc: number of white cells; None draws 1 to 6, as many as fit. cell_diameter: px of a typical neutrophil (the
    other types scale with it); None draws 0.14-0.24 of the shorter side. touching: white cells lie in pressed pairs
    (needs n_wbc >= 2; None draws 2 or 4). empty: red cells and platelets only. types: WBC type per cell, else random.
    at_border: chance that a cell may be cut by the frame. red_cover: share of the free area under red cells.
    platelet_count: single platelets and clumps. blur: focus blur sigma, px. noise: grey levels. jpeg_quality: 1-95,
    0 for no compression. Each None draws a plausible value. Raises ValueError for what cannot be made."""
    # One stream per stage: a change in how red cells are drawn leaves the white cells of a seed as they were.
    look, place, white, red, finish = (np.random.default_rng([seed, stage]) for stage in range(5))
    if stain is None:
        stain = sorted(STAINS)[int(look.integers(len(STAINS)))]
    if stain not in STAINS:
        raise ValueError(f"unknown stain {stain!r}; known: {', '.join(STAINS)}")
    style = STAINS[stain]
    dyes = {name: density.astype(np.float32) for name, density in style.densities(look).items()}
    if cell_diameter is None:
        cell_diameter = max(24.0, look.uniform(0.14, 0.24) * min(width, height))
    if cell_diameter < 12:
        raise ValueError("cell_diameter below 12 px leaves no room for a nucleus")

    types = _choose_types(place, types, n_wbc, touching, empty, width * height / cell_diameter**2)
    whites = layout.place_white_cells(place, width, height, types, cell_diameter, touching, at_border)
    red_diameter = corpuscles.RED_CELL_DIAMETER * cell_diameter * look.uniform(0.94, 1.08)
    cover = look.uniform(0.25, 0.6) if red_cover is None else red_cover
    reds = layout.place_red_cells(red, width, height, red_diameter, cover, whites, look.uniform(0.05, 0.3))
    if platelet_count is None:
        platelet_count = int(red.poisson(0.05 * width * height / red_diameter**2))
    sizes = tuple(cell_diameter * d for d in corpuscles.PLATELET_DIAMETER)
    groups = layout.place_platelets(red, width, height, platelet_count, sizes, whites, reds, red_diameter)

    density = np.zeros((height, width, 3), np.float32)
    red_boxes = _draw_red_cells(red, look, density, reds, red_diameter, dyes, style)
    platelet_boxes = _draw_platelets(red, density, groups, dyes)
    instances, classes = _draw_white_cells(white, density, whites, dyes)

    light = optics.illumination(finish, height, width, style)
    # Plasma proteins leave a faint, cloudy film on the slide.
    film = 0.008 * shapes.smooth_noise(finish, (height, width), 0.6 * cell_diameter)
    photo = light * np.exp(-density - film[..., None])
    sigma = max(0.45, finish.uniform(*style.blur) / 100 * cell_diameter) if blur is None else blur
    photo = optics.lens(finish, photo, sigma, finish.uniform(-0.0008, 0.0008))
    image = optics.sensor(finish, photo, style.noise * finish.uniform(0.7, 1.3) if noise is None else noise)
    quality = int(finish.integers(78, 96)) if jpeg_quality is None else jpeg_quality
    if quality:
        image = optics.jpeg(image, quality)
    truth = _describe(types, instances)
    options = {"touching": touching, "blur": float(sigma), "jpegQuality": quality}
    return Field(image, instances, classes, truth, red_boxes, platelet_boxes, _contacts(instances), int(seed), stain,
                 float(cell_diameter), options)


def _choose_types(rng, types, n_wbc, touching, empty, room):
    if empty:
        if n_wbc or types:
            raise ValueError("an empty field has no white cells")
        return []
    if types is not None:
        unknown = sorted(set(types) - set(cells.TYPES))
        if unknown:
            raise ValueError(f"unknown cell types: {', '.join(unknown)}")
        if n_wbc is not None and n_wbc != len(types):
            raise ValueError(f"n_wbc is {n_wbc} but {len(types)} types are given")
        n_wbc = len(types)
    if n_wbc is None:
        # Leave about five cell areas of space per cell, so that drawing a number never fails.
        most = int(np.clip(room / 5, 1, 6))
        n_wbc = (4 if room > 30 and rng.random() < 0.5 else 2) if touching else int(rng.integers(1, most + 1))
    if touching and n_wbc < 2:
        raise ValueError("touching cells need n_wbc of at least 2")
    return list(types) if types is not None else [cells.TYPES[i] for i in rng.integers(0, len(cells.TYPES), n_wbc)]


def _window(x0, y0, shape, height, width):
    """Slices (into the field, into the raster) of the part of a raster that lies in the field, or None."""
    ya, yb = max(y0, 0), min(y0 + shape[0], height)
    xa, xb = max(x0, 0), min(x0 + shape[1], width)
    if ya >= yb or xa >= xb:
        return None
    return (slice(ya, yb), slice(xa, xb)), (slice(ya - y0, yb - y0), slice(xa - x0, xb - x0))


def _box(mask, x0=0, y0=0):
    """Half-open box [x0, y0, x1, y1] of the true pixels of mask; None if there are none."""
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not ys.size:
        return None
    return [int(x0 + xs[0]), int(y0 + ys[0]), int(x0 + xs[-1] + 1), int(y0 + ys[-1] + 1)]


def _add(density, corpuscle):
    """Add a red cell or platelet to the field; returns its box in the frame, or None."""
    at = _window(corpuscle.x0, corpuscle.y0, corpuscle.mask.shape, *density.shape[:2])
    if at is None:
        return None
    below, above = density[at[0]], corpuscle.density[at[1]]
    # Overlapping red cells squeeze thin, so photographs show less than the sum of both.
    density[at[0]] = np.maximum(below, above) + 0.38 * np.minimum(below, above)
    return _box(corpuscle.mask[at[1]], at[0][1].start, at[0][0].start)


def _draw_red_cells(rng, look, density, centres, diameter, dyes, style):
    boxes = []
    typical = look.uniform(0.4, 0.78)
    for x, y in centres:
        lying = rng.uniform(0.66, 0.85) if rng.random() < 0.12 else 1.0
        pallor = 0.08 if rng.random() < 0.18 else float(np.clip(rng.normal(typical, 0.15), 0.08, 0.92))
        cell = corpuscles.red_cell(rng, x, y, diameter * rng.normal(1, 0.05), dyes, style.rim, pallor, lying)
        boxes.append(_add(density, cell))
    return [b for b in boxes if b]


def _draw_platelets(rng, density, groups, dyes):
    found = []
    for group in groups:
        boxes = [_add(density, corpuscles.platelet(rng, x, y, size, dyes)) for x, y, size in group]
        boxes = np.array([b for b in boxes if b])
        if boxes.size:
            box = [*boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist()]
            found.append({"box": box, "count": len(boxes)})
    return found


def _draw_white_cells(rng, density, whites, dyes):
    """Lay the white cells over what is there; returns instances and classes."""
    height, width = density.shape[:2]
    instances = np.zeros((height, width), np.uint16)
    classes = np.zeros((height, width), np.uint8)
    for number, cell in enumerate(whites, 1):
        near = [o for o in whites if o is not cell and np.hypot(o.x - cell.x, o.y - cell.y) < o.reach + cell.reach]
        patch = cells.render(rng, cell, near, dyes)
        at = _window(patch.x0, patch.y0, patch.alpha.shape, height, width)
        field_at, patch_at = at
        alpha = patch.alpha[patch_at][..., None]
        density[field_at] = density[field_at] * (1 - alpha) + patch.density[patch_at] * alpha
        inside = patch.distance[patch_at] < 0
        instances[field_at][inside] = number
        classes[field_at][inside] = CYTOPLASM
        classes[field_at][inside & patch.nucleus[patch_at]] = NUCLEUS
    return instances, classes


def _describe(types, instances):
    height, width = instances.shape
    found = []
    for number, cell_type in enumerate(types, 1):
        box = _box(instances == number)
        cut = box[0] == 0 or box[1] == 0 or box[2] == width or box[3] == height
        found.append({"id": number, "type": cell_type, "box": box, "touchesBorder": cut})
    return found


def _contacts(instances):
    pairs = set()
    for a, b in ((instances[:, :-1], instances[:, 1:]), (instances[:-1], instances[1:])):
        meet = (a != b) & (a > 0) & (b > 0)
        pairs |= {(int(min(p, q)), int(max(p, q))) for p, q in zip(a[meet], b[meet], strict=True)}
    return [list(p) for p in sorted(pairs)]
