"""One short training run from stored crops to a resumed checkpoint, on synthetic cells alone."""

import numpy as np
import pytest
import torch

from sgcldff import crops, train, val_crops, views
from sgcldff.constants import CROP_SIZE
from sgcldff.candidates import clean_image
from sgcldff.saliency import SaliencyHead
from sgcldff.synth import make_field


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Crops of two synthetic fields posing as JTSC, and an untrained saliency head."""
    folder = tmp_path_factory.mktemp("run")
    rows = {k: [] for k in crops.COLUMNS}
    for seed in range(2):
        field = make_field(320, 240, seed, n_wbc=3, cell_diameter=70)
        for c in field.cells:
            mask = np.where(field.instances == c["id"], field.classes, 0)
            cell = crops.Cell(tuple(c["box"]), seed, mask, "x")
            image, stored_mask, diameter = crops.cut(clean_image(field.image, crop=True), cell)
            for key, value in zip(rows, (image, stored_mask, diameter, cell.type, 1.0, "jtsc", "val" if seed else "train", "", "x", [0])):
                rows[key].append(value)
    arrays = {k: np.array(v) for k, v in rows.items()}
    np.savez(folder / "crops.npz", attribute_names=np.array(["granularity"]), attribute_values=np.array(["no;yes"]), **arrays)
    torch.save({"state": SaliencyHead().state_dict()}, folder / "saliency.pt")
    return folder


def test_views_keep_cell_and_mask_together(stored):
    data = views.Crops(stored / "crops.npz")
    image, mask = views.views(data, np.arange(6), torch.Generator().manual_seed(0))
    assert image.shape == (6, 3, CROP_SIZE, CROP_SIZE) and mask.shape == (6, CROP_SIZE, CROP_SIZE)
    assert 0 <= image.min() and image.max() <= 1
    for k in range(6):
        if (mask[k] == 2).any():
            # Nuclei are the darkest of what is in a crop.
            assert image[k].mean(0)[mask[k] == 2].mean() < image[k].mean(0)[mask[k] == 0].mean()


def test_what_ends_early_has_no_surroundings_beyond(stored):
    data = views.Crops(stored / "crops.npz")
    painted = lambda image, mask: (torch.full_like(image, 0.5), torch.ones_like(mask))  # noqa: E731
    image, mask = views.views(data, np.zeros(300, int), torch.Generator().manual_seed(0), 32, painted)
    ended = (image == 1).flatten(1).any(1)
    assert 0.05 < ended.float().mean() < 0.2
    assert torch.equal(image[:, 0] == 1, mask == 0)


def test_pulls_keep_the_area_and_have_no_favourite_way():
    maps = views.pulls(4000, torch.Generator().manual_seed(0))
    torch.testing.assert_close(torch.linalg.det(maps), torch.ones(4000))
    longest = torch.linalg.svdvals(maps)[:, 0]
    assert 1.04 < longest.mean() < 1.1 and longest.max() < 1.2
    assert (maps.mean(0) - torch.eye(2)).abs().max() < 0.02


def test_shares_are_those_asked_for(stored):
    data = views.Crops(stored / "crops.npz")
    data.source = np.where(np.arange(len(data.source)) % 2, "synth", "jtsc")
    indices, p = data.sampler(views.SHARES | {"jtsc": 0.3, "synth": 0.1})
    np.testing.assert_allclose(p[data.source[indices] == "jtsc"].sum(), 0.75)


def test_types_by_networks_stand_in_for_missing_ones(stored, tmp_path):
    before = views.Crops(stored / "crops.npz").columns
    of_train = int(np.flatnonzero(before["split"] == "train")[0])
    given = {"crops": crops.crops_id(before), "index": [of_train], "type": [4], "trust": [0.5]}
    np.savez(tmp_path / "types.npz", **given)
    columns = views.Crops(stored / "crops.npz", types=tmp_path / "types.npz").columns
    assert columns["type"][of_train] == 4 and columns["trust"][of_train] == 0.5
    others = np.arange(len(before["type"])) != of_train
    assert (columns["type"][others] == before["type"][others]).all()

    np.savez(tmp_path / "types.npz", **given | {"index": [int(np.flatnonzero(before["split"] == "val")[0])]})
    with pytest.raises(SystemExit, match="never taken from a network"):
        views.Crops(stored / "crops.npz", types=tmp_path / "types.npz")
    np.savez(tmp_path / "types.npz", **given | {"crops": "others"})
    with pytest.raises(SystemExit, match="made for other crops"):
        views.Crops(stored / "crops.npz", types=tmp_path / "types.npz")


def test_val_crops_are_the_centred_views(stored):
    data = views.Crops(stored / "crops.npz")
    shown = val_crops.val_crops(data)
    assert shown.shape == (data.val.sum(), CROP_SIZE, CROP_SIZE, 3) and shown.dtype == np.uint8
    # A cell's nucleus lies in the middle and is dark; its surroundings are light.
    assert shown[:, 70:90, 70:90].mean() < shown[:, :10, :10].mean()
    assert len(val_crops.val_crops(data, most=1)) == 1


def test_a_run_trains_saves_and_resumes(stored, monkeypatch, capsys):
    arguments = ["train", "--crops", str(stored / "crops.npz"), "--saliency", str(stored / "saliency.pt"), "--out", str(stored / "model.pt"), "--batch", "4"]
    monkeypatch.setattr("sys.argv", [*arguments, "--minutes", "0.05"])
    train.main()
    first = torch.load(stored / "model.pt")
    assert first["step"] >= 1
    assert all(torch.isfinite(v).all() for v in first["ema"].values() if v.dtype.is_floating_point)
    monkeypatch.setattr("sys.argv", [*arguments, "--minutes", str(first["spent"] / 60 + 0.05), "--resume"])
    train.main()
    second = torch.load(stored / "model.pt")
    assert second["step"] > first["step"] and second["spent"] > first["spent"]
    assert f"resumed at step {first['step']}" in capsys.readouterr().out


def test_a_set_that_is_not_known_is_refused(stored, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["train", "--crops", str(stored / "crops.npz"), "--saliency", str(stored / "saliency.pt"), "--share", "lisc=0.1"])
    with pytest.raises(SystemExit):
        train.main()
    assert "knows no set lisc" in capsys.readouterr().err


def test_missing_inputs_say_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["train", "--crops", str(tmp_path / "none.npz")])
    with pytest.raises(SystemExit):
        train.main()
    assert "--data DIR" in capsys.readouterr().err
