"""Writes src/domain/measure/skimage.json: synthetic masks and what scikit-image's regionprops says of them."""

import json
from pathlib import Path

import numpy as np
import skimage
from skimage.draw import disk, ellipse
from skimage.filters import gaussian
from skimage.measure import label, perimeter, regionprops


def runs(classes: np.ndarray) -> list[int]:
    """[length, class, ...] over rows, as domain/mask.ts has it."""
    flat = classes.ravel()
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    return [int(v) for pair in zip(np.diff(np.r_[starts, flat.size]), flat[starts]) for v in pair]


def masks(rng: np.random.Generator):
    """Cells of many shapes with nuclei of one to five lobes, px classes 0, 1, 2."""
    for k in range(24):
        side = int(rng.integers(24, 90))
        cell = np.zeros((side, side), np.uint8)
        rr, cc = ellipse(side / 2, side / 2, side * rng.uniform(0.3, 0.46), side * rng.uniform(0.3, 0.46), cell.shape, rng.uniform(0, 3))
        cell[rr, cc] = 1
        if k % 3 == 0:
            noise = gaussian(rng.standard_normal(cell.shape), side / 12)
            blob = label((cell > 0) & (noise > np.quantile(noise[cell > 0], 0.25)))
            cell = (blob == np.bincount(blob.ravel())[1:].argmax() + 1).astype(np.uint8)
        lobes = 1 + k % 5
        for i in range(lobes):
            angle = 2 * np.pi * i / lobes + rng.uniform(0, 0.4)
            reach = 0 if lobes == 1 else side * 0.2
            rr, cc = disk((side / 2 + reach * np.sin(angle), side / 2 + reach * np.cos(angle)), max(2, side * rng.uniform(0.07, 0.13)), shape=cell.shape)
            keep = cell[rr, cc] > 0
            cell[rr[keep], cc[keep]] = 2
        rows, columns = np.flatnonzero(cell.any(1)), np.flatnonzero(cell.any(0))
        yield cell[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def props(region: np.ndarray) -> dict | None:
    """regionprops of all px set, taken as one region."""
    if not region.any():
        return None
    p = regionprops(region.astype(np.uint8))[0]
    length = perimeter(np.pad(region, 1), neighborhood=4)
    return {
        "area": float(p.area),
        "equivalentDiameter": float(p.equivalent_diameter_area),
        "perimeter": float(length),
        "circularity": float(4 * np.pi * p.area / length**2),
        "solidity": float(p.solidity),
        "majorAxis": float(p.axis_major_length),
        "minorAxis": float(p.axis_minor_length),
        "eccentricity": float(p.eccentricity),
    }


def main() -> None:
    rng = np.random.default_rng(6)
    rows = [
        {"width": m.shape[1], "height": m.shape[0], "runs": runs(m), "cell": props(m > 0), "nucleus": props(m == 2)}
        for m in masks(rng)
    ]
    text = json.dumps({"source": f"scikit-image {skimage.__version__}: measure.regionprops", "masks": rows})
    (Path(__file__).parents[2] / "src/domain/measure/skimage.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
