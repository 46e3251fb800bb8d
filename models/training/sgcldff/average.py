"""Averages the weights of a checkpoint and the one it was started from (Wortsman et al. 2022, WiSE-FT).

python -m sgcldff.average --first runs/model.pt --then runs/model2.pt --share 0.6 --out runs/model3.pt

Between the two, on the line, lies what the second learned with less of the first forgotten. Both must be of one
shape and one line of training: averages of unrelated networks are nonsense. What reaches a batch norm is no average of what reached the two's:
with --crops the norms take their statistics anew from training views.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .compare import settle
from .constants import CROP_SIZE
from .left_out import LeftOut
from .network import SgCldff
from .views import Crops

State = dict[str, torch.Tensor]


def between(first: State, then: State, share: float) -> State:
    """first + share * (then - first) for every floating tensor; counters are then's."""
    if first.keys() != then.keys():
        raise ValueError("the checkpoints are of different networks")
    return {k: torch.lerp(first[k], v, share) if v.dtype.is_floating_point else v for k, v in then.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=Path, required=True)
    parser.add_argument("--then", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.6, help="of the second, 0 to 1")
    parser.add_argument("--crops", type=Path, help="stored crops, for the batch norms' statistics")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    first, then = torch.load(options.first), torch.load(options.then)
    state = between(first["ema"], then["ema"], options.share)
    if options.crops:
        model = SgCldff({k: len(v) for k, v in then["attributes"].items()})
        model.load_state_dict(state)
        settle(model, Crops(options.crops, LeftOut.of(then["options"])), CROP_SIZE)
        state = model.state_dict()
    steps, spent = first["step"] + then["step"], first["spent"] + then["spent"]
    kept = {"attributes": then["attributes"], "options": then["options"] | {"share": options.share}, "commit": then.get("commit", "unknown")}
    torch.save({"ema": state, "step": steps, "spent": spent, **kept}, options.out)
    print(f"{options.out}: {options.share} of {options.then} and the rest of {options.first}")


if __name__ == "__main__":
    main()
