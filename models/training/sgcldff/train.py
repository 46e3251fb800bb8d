"""Trains SG-CLDFF: python -m sgcldff.train --data DIR --minutes 90.

What the run still lacks is made first: the saliency head (train_saliency), the stored crops (crops).

The learning-rate schedule follows elapsed time, so the same recipe fits any machine; --resume goes
on from the last checkpoint with the time already spent counted. On a CPU, set
MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=1000000000000: returning every buffer to the system costs
a third of the time. together.py says how several processes train one network.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import losses
from .augment import draw_transfers, stain_jitter
from .commit import commit
from .constants import CROP_SIDE_PER_DIAMETER, CROP_SIZE, TYPES
from .crops import STORED, STORED_DIAMETER, UNKNOWN, prepare
from .left_out import LeftOut
from .metrics import dice
from .neighbours import Lenders
from .together import Together, spread
from .train_saliency import train_head
from .unfold import stretched
from .variants import VARIANTS, input_size
from .views import SHARES, Crops, Shown, views

WORDS = 0.5
"""Weight of the attributes' loss."""


@torch.no_grad()
def validate(model: nn.Module, crops: Crops, limit: int | None = None, size: int = CROP_SIZE) -> dict[str, float]:
    """Type accuracy and Dice by set on the val split, one centred view a cell."""
    model.eval()
    result: dict[str, float] = {}
    for name in ("pbc", "jtsc", "cellavision", "bccd", "chula_wbc", "raabin", "other"):
        indices = np.flatnonzero(crops.val & (crops.source == name))
        if limit and len(indices) > limit:
            indices = np.random.default_rng(0).choice(indices, limit, replace=False)
        right, typed, cells, nuclei = 0, 0, [], []
        for part in np.array_split(indices, max(1, len(indices) // 64)):
            if not len(part):
                continue
            image, mask = views(crops, part, None, size)
            out = model(image)
            types = torch.from_numpy(crops.columns["type"][part].astype(np.int64))
            known = types < len(TYPES)
            right += int((out.types.argmax(1)[known] == types[known]).sum())
            typed += int(known.sum())
            best = out.segmentation.argmax(1)
            for b, m in zip(best, mask):
                if (m != UNKNOWN).all() and (m > 0).any():
                    cells.append(dice(b > 0, m > 0))
                    nuclei.append(dice(b == 2, m == 2))
        if typed:
            result[f"{name}.acc"] = right / typed
        if cells:
            result[f"{name}.cell"], result[f"{name}.nucleus"] = float(np.mean(cells)), float(np.mean(nuclei))
    return result


def surrounded_views(crops: Crops, lenders: Lenders, chosen: np.ndarray, share: float, size: int, rng: np.random.Generator, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Training views of the chosen cells, about `share` of them in other surroundings (neighbours.py), and which those are, bool [B]."""
    laid = torch.zeros(len(chosen), dtype=torch.bool)

    def lend(image: torch.Tensor, mask: torch.Tensor) -> Shown:
        nonlocal laid
        image, mask, laid = lenders.lend(chosen, image, mask, CROP_SIDE_PER_DIAMETER * STORED_DIAMETER / STORED, share, rng, generator)
        return image, mask

    image, mask = views(crops, chosen, generator, size, lend)
    return image, mask, laid


def average(ema: dict[str, torch.Tensor], model: nn.Module, decay: float) -> None:
    for k, v in model.state_dict().items():
        if v.dtype.is_floating_point:
            ema[k].mul_(decay).add_(v, alpha=1 - decay)
        else:
            ema[k].copy_(v)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the labelled sets; needed where saliency or crops are not there yet")
    parser.add_argument("--crops", type=Path, default=Path("runs/crops.npz"))
    parser.add_argument("--saliency", type=Path, default=Path("runs/saliency.pt"))
    parser.add_argument("--pseudo", type=Path, help="masks by an earlier network for the cells that have none (sgcldff.pseudo)")
    parser.add_argument("--types", type=Path, help="types by earlier networks for the cells known only as white (sgcldff.pseudo_types)")
    parser.add_argument("--share", nargs="*", default=[], metavar="SET=SHARE", help=f"shares of a batch other than {SHARES}")
    parser.add_argument("--start", type=Path, help="checkpoint whose averaged weights to start from, with a new schedule; may be for crops of another size")
    parser.add_argument("--out", type=Path, default=Path("runs/model.pt"))
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--steps", type=int, help="a budget in steps instead of minutes, for comparing variants")
    parser.add_argument("--variant", choices=VARIANTS, default="full")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--jitter", type=float, default=1.0)
    parser.add_argument("--transfer", type=float, default=0.35, help="share of crops moved towards another set's stain")
    parser.add_argument("--neighbours", type=float, default=0.25, help="share of crops whose cell is laid into another crop's surroundings")
    parser.add_argument("--segment-every", type=int, default=1, help="steps between those with the masks' loss, whose way back costs a quarter of a step")
    parser.add_argument("--exclude", nargs="*", default=[], help="sets left out of training (leave-one-set-out)")
    parser.add_argument("--fold", help="SET:K, a third of that set's slides to leave out, the others all trained on (left_out.py)")
    parser.add_argument("--without-types", nargs="*", default=[], choices=TYPES, help="types of which no cell is shown")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="that train together, each on batches of its own (together.py)")
    options = parser.parse_args()

    shares = {name: float(share) for name, share in (text.split("=") for text in options.share)}
    if unknown := shares.keys() - SHARES.keys():
        parser.error(f"--share knows no set {', '.join(sorted(unknown))}; known are {', '.join(SHARES)}")
    if not (options.saliency.exists() and options.crops.exists()) and options.data is None:
        parser.error(f"{options.saliency} or {options.crops} is missing: name the labelled sets with --data DIR")
    if not options.saliency.exists():
        train_head(options.data, options.saliency, minutes=6)
    if not options.crops.exists():
        prepare(options.data, options.saliency, options.crops)
    spread(options.processes, "sgcldff.train", sys.argv[1:])
    together = Together()
    torch.manual_seed(options.seed)
    crops = Crops(options.crops, LeftOut.of(vars(options)), options.pseudo, options.types)
    size = input_size(options.variant)
    model = VARIANTS[options.variant]({k: len(v) for k, v in crops.attribute_values.items()})
    if options.start:
        model.load_state_dict(stretched(torch.load(options.start)["ema"], model))
    model.saliency.load_state_dict(torch.load(options.saliency)["state"])
    model = model.to(memory_format=torch.channels_last)
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}])
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    spent, step = 0.0, 0
    made_with = commit()
    if options.resume and options.out.exists():
        saved = torch.load(options.out)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        ema, spent, step = saved["ema"], saved["spent"], saved["step"]
        print(f"resumed at step {step}, {spent / 60:.1f} min spent", flush=True)
    own = options.seed + step + 1000 * together.rank
    torch.manual_seed(own)  # dropout's
    rng, generator = np.random.default_rng(own), torch.Generator().manual_seed(own)
    indices, probabilities = crops.sampler(SHARES | shares)
    labs, transfers, learnt = crops.stains()
    lenders = Lenders(crops.columns["image"], crops.source, crops.train, labs, transfers, learnt)
    kinds = torch.from_numpy(crops.columns["type"].astype(np.int64))
    trust = torch.from_numpy(crops.columns["trust"]).float()
    described = torch.from_numpy(crops.columns["attributes"].astype(np.int64))
    is_size = torch.tensor([name == "cell_size" for name in crops.attribute_values])
    weights = losses.class_weights(kinds[indices]).sqrt()
    word_weights = [losses.value_weights(described[indices, k], len(v)) for k, v in enumerate(crops.attribute_values.values())]
    if together.first:
        print(f"{len(indices)} training cells, {sum(p.numel() for p in model.parameters())} parameters", flush=True)

    budget, clock, saved_at, means = 60 * options.minutes, time.time(), time.time(), {}
    first_spent, first_step = spent, step
    alignment = 0.0 if options.variant == "no-alignment" else 0.2
    while (done := step / options.steps if options.steps else spent / budget) < 1:
        rate = options.rate * min(1, step / 200) * (0.5 * (1 + math.cos(math.pi * done)) * 0.99 + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = rate
        chosen = rng.choice(indices, options.batch, p=probabilities)
        image, mask, laid = surrounded_views(crops, lenders, chosen, options.neighbours, size, rng, generator)
        image = stain_jitter(image, generator, options.jitter, draw_transfers(transfers, labs[chosen], options.transfer, generator))
        model.train()
        out = model(image.contiguous(memory_format=torch.channels_last))
        types = kinds[chosen]
        words = torch.where(laid[:, None] & is_size, UNKNOWN, described[chosen])
        parts = {
            "segment": losses.segmentation_loss(out.segmentation, mask),
            "type": losses.type_loss(out.types, types, trust[chosen], weights),
            "align": losses.alignment_loss(
                model.grad_cam(out.evidence, types.clamp(max=len(TYPES) - 1)),
                torch.where((types < len(TYPES))[:, None, None], mask, UNKNOWN),
            ),
            "words": losses.attribute_loss(out.attributes, words, word_weights),
        }
        loss = parts["type"] + alignment * parts["align"] + WORDS * parts["words"]
        if step % options.segment_every == 0:
            loss = loss + parts["segment"]
        optimiser.zero_grad()
        loss.backward()
        together.average([p.grad for p in model.parameters() if p.grad is not None])
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        average(ema, model, min(0.998, (1 + step) / (10 + step)))
        spent = first_spent + together.agree(time.time() - clock)
        for k, v in parts.items():
            means[k] = v.item() if k not in means else 0.98 * means[k] + 0.02 * v.item()
        if step % 50 == 0 and together.first:
            pace = (step - first_step) * options.batch * together.size / (spent - first_spent)
            text = "  ".join(f"{k} {v:.3f}" for k, v in means.items())
            print(f"step {step}  {text}  {pace:.1f} crops/s  {100 * done:.1f} % done", flush=True)
        last = step >= options.steps if options.steps else spent >= budget
        if together.first and (time.time() - saved_at > 360 or last):
            # Paths say nothing elsewhere: their names are kept.
            said = {k: v.name if isinstance(v, Path) else v for k, v in vars(options).items() if k != "data"}
            torch.save({"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "spent": spent, "step": step, "attributes": crops.attribute_values, "options": said, "commit": made_with}, options.out)
            live = {k: v.clone() for k, v in model.state_dict().items()}
            model.load_state_dict(ema)
            scores = validate(model, crops, None if last else 250, size)
            model.load_state_dict(live)
            print("val  " + "  ".join(f"{k} {v:.4f}" for k, v in scores.items()), flush=True)
            saved_at = time.time()


if __name__ == "__main__":
    main()
