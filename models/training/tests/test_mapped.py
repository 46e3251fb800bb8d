import numpy as np
import pytest
from sgcldff.mapped import mapped


def test_arrays_are_what_was_written_and_changes_stay_in_memory(tmp_path):
    path = tmp_path / "some.npz"
    written = {
        "image": np.random.default_rng(0).integers(0, 255, (5, 7, 3), np.uint8),
        "name": np.array(["a", "längere"]),
        "weight": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "none": np.zeros((0, 3), np.int64),
    }
    np.savez(path, **written)
    read = mapped(path)
    assert read.keys() == written.keys()
    for key, value in written.items():
        assert read[key].dtype == value.dtype
        np.testing.assert_array_equal(read[key], value)
    read["image"][:] = 0
    np.testing.assert_array_equal(mapped(path)["image"], written["image"])


def test_a_compressed_file_says_how_to_write_it(tmp_path):
    np.savez_compressed(tmp_path / "small.npz", image=np.zeros(4))
    with pytest.raises(ValueError, match="compressed and cannot be mapped"):
        mapped(tmp_path / "small.npz")
