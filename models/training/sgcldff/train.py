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
import torch.nn.functional as F
from torch import nn

from . import losses
from .augment import draw_transfers, lab_transfers, stain_jitter, stain_moments
from .constants import CROP_SIDE_PER_DIAMETER, CROP_SIZE, PLATELET, TYPES
from .crops import STORED, STORED_DIAMETER, UNKNOWN, prepare
from .left_out import LeftOut
from .metrics import dice
from .neighbours import Lenders
from .together import Together, spread
from .train_saliency import train_head
from .unfold import stretched
from .variants import VARIANTS, input_size

# Share of each set in a batch; 'other' is the platelets and red cells cut from fields.
SHARES = {"pbc": 0.56, "jtsc": 0.06, "cellavision": 0.07, "bccd": 0.07, "chula_wbc": 0.12, "raabin": 0.04, "other": 0.05, "synth": 0.03}


WORDS = 0.5
"""Weight of the attributes' loss."""


class Crops:
    """The prepared cells, all in memory (uint8)."""

    def __init__(self, path: Path, left_out: LeftOut = LeftOut(), pseudo: Path | None = None):
        self.left_out = left_out
        with np.load(path) as file:
            self.columns = {k: file[k] for k in file.files}
        c = self.columns
        if pseudo:
            with np.load(pseudo) as file:
                c["mask"][file["index"]] = file["mask"]
        self.attribute_values = {
            str(n): str(v).split(";") for n, v in zip(c["attribute_names"], c["attribute_values"])
        }
        other = (c["type"] == PLATELET) & (c["set"] != "pbc")
        self.source = np.where(other, "other", c["set"])
        self.train, self.val, self.measured = left_out.split(c)

    def stains(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Each cell's set as an index [N], the maps from the stains of all sets to those learnt [L, L2, 3, 3] (lab_transfers),
        and which sets those are, bool [L]."""
        names, labs = np.unique(self.columns["set"], return_inverse=True)
        centre = slice(40, 152)
        rng = np.random.default_rng(0)
        moments = []
        for lab in range(len(names)):
            of = np.flatnonzero(self.train & (labs == lab))
            # A set that is left out of training lends nothing, not even its colours.
            some = rng.permutation(of)[:300]
            moments.append(stain_moments(self.columns["image"][some, centre, centre]) if len(of) else torch.eye(3))
        transfers = lab_transfers(torch.stack(moments))
        learnt = torch.tensor([bool((self.train & (labs == lab)).any()) for lab in range(len(names))])
        return torch.from_numpy(labs), transfers[:, learnt], learnt

    def sampler(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the training cells and their probabilities: by set, then by root frequency of type."""
        indices = np.flatnonzero(self.train)
        types = self.columns["type"][indices]
        p = np.zeros(len(indices))
        for name, share in SHARES.items():
            of = self.source[indices] == name
            if not of.any():
                continue
            counts = np.bincount(types[of], minlength=256)
            each = 1 / np.sqrt(counts[types[of]])
            p[of] = share * each / each.sum()
        return indices, p / p.sum()


def views(crops: Crops, indices: np.ndarray, generator: torch.Generator | None, size: int = CROP_SIZE) -> tuple[torch.Tensor, torch.Tensor]:
    """Network views of stored crops: images [B, 3, size, size] in [0, 1], masks int64 [B, size, size].

    With a generator: free rotation, flips, scale 0.72-1.38, shift to 0.12 diameters; else centred.
    Outside the stored crop is white, and background.
    """
    n = len(indices)
    image = torch.from_numpy(crops.columns["image"][indices]).permute(0, 3, 1, 2).float() / 255
    mask = torch.from_numpy(crops.columns["mask"][indices])[:, None].float()
    diameter = torch.from_numpy(crops.columns["diameter"][indices]).float()
    scale = CROP_SIDE_PER_DIAMETER * diameter / image.shape[-1]
    angle, flip, shift = torch.zeros(n), torch.ones(n), torch.zeros(n, 2)
    if generator is not None:
        scale = scale * torch.exp((torch.randn(n, generator=generator) * 0.15).clamp(-0.33, 0.33))
        angle = torch.rand(n, generator=generator) * 2 * math.pi
        flip = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
        shift = (torch.rand(n, 2, generator=generator) * 2 - 1) * 0.12 * 2 * diameter[:, None] / image.shape[-1]
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.stack([torch.stack([cos * flip, -sin, shift[:, 0]], 1), torch.stack([sin * flip, cos, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(theta, (n, 1, size, size), align_corners=False)
    image = 1 - F.grid_sample(1 - image, grid, mode="bilinear", align_corners=False)
    mask = F.grid_sample(mask, grid, mode="nearest", align_corners=False)[:, 0].round().long()
    if generator is not None:
        inverse = torch.linalg.inv(theta[:, :, :2])
        centre = -(inverse @ shift[:, :, None])[..., 0]
        cut_off(image, mask, centre, diameter / STORED / scale, generator)
    return image.clamp(0, 1), mask


def cut_off(image: torch.Tensor, mask: torch.Tensor, centre: torch.Tensor, radius: torch.Tensor, generator: torch.Generator) -> None:
    """In place: some crops end early, white and background beyond. 4 % on one side, as at a field's border; 8 % close around
    the cell, as files of one cell each are cut.

    image [B, 3, H, W], mask [B, H, W]; centre [B, 2] (x, y) and radius [B] of the cell in half sides of the crop from its middle.
    """
    n, side = len(image), image.shape[-1]
    drawn = torch.rand(n, generator=generator)
    for i in torch.nonzero(drawn < 0.12)[:, 0].tolist():
        if drawn[i] < 0.04:
            x0, y0, x1, y1 = int(torch.randint(1, side // 4, (1,), generator=generator)), 0, side, side
        else:
            margins = 1 + torch.rand(4, generator=generator) * torch.rand(1, generator=generator) * 0.6
            signs = torch.tensor([-1, -1, 1, 1])
            edges = (centre[i].repeat(2) + signs * margins * radius[i] + 1) / 2 * side
            x0, y0, x1, y1 = edges.round().int().clamp(0, side).tolist()
        for part in (slice(0, y0), slice(y1, side)):
            image[i, :, part] = 1
            mask[i, part] = 0
        for part in (slice(0, x0), slice(x1, side)):
            image[i, :, :, part] = 1
            mask[i, :, part] = 0


@torch.no_grad()
def validate(model: nn.Module, crops: Crops, limit: int | None = None, size: int = CROP_SIZE) -> dict[str, float]:
    """Type accuracy and Dice by set on the val split, one centred view a cell."""
    model.eval()
    result: dict[str, float] = {}
    for name in ("pbc", "jtsc", "cellavision", "bccd", "chula_wbc", "other"):
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

    if not (options.saliency.exists() and options.crops.exists()) and options.data is None:
        parser.error(f"{options.saliency} or {options.crops} is missing: name the labelled sets with --data DIR")
    if not options.saliency.exists():
        train_head(options.data, options.saliency, minutes=6)
    if not options.crops.exists():
        prepare(options.data, options.saliency, options.crops)
    spread(options.processes, "sgcldff.train", sys.argv[1:])
    together = Together()
    torch.manual_seed(options.seed)
    crops = Crops(options.crops, LeftOut.of(vars(options)), options.pseudo)
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
    if options.resume and options.out.exists():
        saved = torch.load(options.out)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        ema, spent, step = saved["ema"], saved["spent"], saved["step"]
        print(f"resumed at step {step}, {spent / 60:.1f} min spent", flush=True)
    own = options.seed + step + 1000 * together.rank
    torch.manual_seed(own)  # dropout's
    rng, generator = np.random.default_rng(own), torch.Generator().manual_seed(own)
    indices, probabilities = crops.sampler()
    labs, transfers, learnt = crops.stains()
    lenders = Lenders(crops.columns["image"], crops.source, crops.train, labs, transfers, learnt)
    kinds = torch.from_numpy(crops.columns["type"].astype(np.int64))
    trust = torch.from_numpy(crops.columns["trust"]).float()
    described = torch.from_numpy(crops.columns["attributes"].astype(np.int64))
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
        image, mask = views(crops, chosen, generator, size)
        image, mask = lenders.lend(chosen, image, mask, CROP_SIDE_PER_DIAMETER * STORED_DIAMETER / STORED, options.neighbours, rng, generator)
        image = stain_jitter(image, generator, options.jitter, draw_transfers(transfers, labs[chosen], options.transfer, generator))
        model.train()
        out = model(image.contiguous(memory_format=torch.channels_last))
        types = kinds[chosen]
        parts = {
            "segment": losses.segmentation_loss(out.segmentation, mask),
            "type": losses.type_loss(out.types, types, trust[chosen], weights),
            "align": losses.alignment_loss(
                model.grad_cam(out.evidence, types.clamp(max=len(TYPES) - 1)),
                torch.where((types < len(TYPES))[:, None, None], mask, UNKNOWN),
            ),
            "words": losses.attribute_loss(out.attributes, described[chosen], word_weights),
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
            torch.save({"model": model.state_dict(), "ema": ema, "optimiser": optimiser.state_dict(), "spent": spent, "step": step, "attributes": crops.attribute_values, "options": vars(options) | {"crops": options.crops.name, "saliency": options.saliency.name, "out": options.out.name, "pseudo": options.pseudo and options.pseudo.name, "start": options.start and options.start.name}}, options.out)
            live = {k: v.clone() for k, v in model.state_dict().items()}
            model.load_state_dict(ema)
            scores = validate(model, crops, None if last else 250, size)
            model.load_state_dict(live)
            print("val  " + "  ".join(f"{k} {v:.4f}" for k, v in scores.items()), flush=True)
            saved_at = time.time()


if __name__ == "__main__":
    main()
