"""Checkpoint -> models/sg-cldff-v<n>/: manifest, float16 shards, goldens.

python -m sgcldff.convert --checkpoint runs/model.pt --out ../sg-cldff-v5 --name sg-cldff --version 1.0.0
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import candidates, constants
from .commit import commit
from .cues import unmixing_matrix
from .fold import fold
from .gate import write_gate
from .goldens import write_goldens
from .network import INPUT_GAIN, POOL_FLOOR, SPREAD_FLOOR, SgCldff

SHARD_BYTES = 4_000_000
FORMAT = 2
"""2: crops are standardised before the first convolution."""


def shards(arrays: dict[str, np.ndarray]) -> tuple[list[bytes], list[dict]]:
    """float16 bytes in shards under SHARD_BYTES, and tfjs weight specs, both in order."""
    specs = [
        {"name": k, "shape": list(v.shape), "dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}}
        for k, v in arrays.items()
    ]
    if any(np.abs(v).max() > 65504 for v in arrays.values()):
        raise ValueError("a folded weight exceeds float16; the checkpoint is broken")
    data = b"".join(v.astype("<f2").tobytes() for v in arrays.values())
    return [data[i : i + SHARD_BYTES] for i in range(0, len(data), SHARD_BYTES)], specs


@dataclass
class Calibration:
    """What calibrate.py found: numbers for the manifest, attributes with their values, what to add to their logits, and the distance's arrays."""

    numbers: dict[str, float]
    attributes: list[dict]
    biases: dict[str, list[float]]
    whiten: np.ndarray
    means: np.ndarray


def read_calibration(path: Path | None, channels: int) -> Calibration:
    """Of a file of calibrate.py; without one, numbers that change nothing."""
    if path is None:
        numbers = {"temperature": 1.0, "temperatureExponent": 0.0, "minConfidence": 0.5, "maxDistance": 1e4, "attributeTemperature": 1.0}
        return Calibration(numbers, [], {}, np.eye(channels, dtype=np.float32), np.zeros((len(constants.TYPES), channels), np.float32))
    with np.load(path) as file:
        numbers, attributes, biases = (json.loads(str(file[key])) for key in ("numbers", "attributes", "biases"))
        return Calibration(numbers, attributes, biases, file["whiten"], file["means"])


def manifest(name: str, version: str, arrays: dict, parts: list[bytes], specs: list[dict], training: dict, calibration: dict, attributes: list[dict]) -> dict:
    paths = [f"weights-{k + 1}of{len(parts)}.bin" for k in range(len(parts))]
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "types": list(constants.TYPES),
        "parameters": int(sum(v.size for v in arrays.values())),
        "cropSize": constants.CROP_SIZE,
        "cropSidePerDiameter": constants.CROP_SIDE_PER_DIAMETER,
        "poolFloor": POOL_FLOOR,
        "standardisation": {"gain": INPUT_GAIN, "floor": SPREAD_FLOOR},
        "detector": {
            "longSide": constants.FIELD_LONG_SIDE,
            "maxReduction": constants.FIELD_MAX_REDUCTION,
            "maxPixels": constants.FIELD_MAX_PIXELS,
            "stride": constants.SALIENCY_STRIDE,
            "cellThreshold": candidates.CELL_THRESHOLD,
            "coreThreshold": candidates.CORE_THRESHOLD,
            "minDiameter": candidates.MIN_DIAMETER,
        },
        "whitePoint": {
            "thumbnail": constants.WHITE_THUMBNAIL,
            "blocks": constants.WHITE_BLOCKS,
            "quantile": constants.WHITE_QUANTILE,
            "blockQuantile": constants.WHITE_BLOCK_QUANTILE,
            "expectile": constants.WHITE_EXPECTILE,
            "iterations": constants.WHITE_ITERATIONS,
            "surfaceMinSide": constants.WHITE_SURFACE_MIN_SIDE,
        },
        "cues": {
            "unmixing": unmixing_matrix().tolist(),
            "sigmas": list(constants.DOG_SIGMAS),
            "scales": list(constants.CUE_SCALES),
        },
        "calibration": calibration,
        "attributes": attributes,
        "training": training,
        "weights": specs,
        "shards": [
            {"path": path, "bytes": len(part), "sha256": hashlib.sha256(part).hexdigest()} for path, part in zip(paths, parts)
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("runs/model.pt"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="sg-cldff")
    parser.add_argument("--version", default="1.0.0")
    calibrated = parser.add_mutually_exclusive_group(required=True)
    calibrated.add_argument("--calibration", type=Path, help="calibration.npz of sgcldff.calibrate")
    calibrated.add_argument("--uncalibrated", action="store_true", help="temperature 1 and no distance, for trying a checkpoint out")
    options = parser.parse_args()
    saved = torch.load(options.checkpoint, map_location="cpu")
    model = SgCldff({k: len(v) for k, v in saved["attributes"].items()})
    model.load_state_dict(saved["ema"])
    model.eval()
    calibration = read_calibration(options.calibration, model.classify.in_features)
    with torch.no_grad():
        for attribute, bias in calibration.biases.items():
            model.describe[attribute].bias += torch.tensor(bias)
    arrays = fold(model)
    arrays |= {"novelty.w": calibration.whiten, "novelty.means": calibration.means}
    parts, specs = shards(arrays)
    # Checkpoints of before they said so do not know what they were trained with.
    training = {"commit": saved.get("commit", "unknown"), "convertedWith": commit(), "steps": saved["step"], "minutes": round(saved["spent"] / 60, 1), "seed": saved["options"]["seed"]}
    options.out.mkdir(parents=True, exist_ok=True)
    for old in options.out.glob("weights-*.bin"):
        old.unlink()
    result = manifest(options.name, options.version, arrays, parts, specs, training, calibration.numbers, calibration.attributes)
    for shard, part in zip(result["shards"], parts):
        (options.out / shard["path"]).write_bytes(part)
    (options.out / "manifest.json").write_text(json.dumps(result, indent=1) + "\n")
    write_goldens(model, arrays, options.out / "golden")
    write_gate(options.out)
    print(f"{options.out}: {result['parameters']} parameters, {sum(map(len, parts))} bytes in {len(parts)} shard(s)")


if __name__ == "__main__":
    main()
