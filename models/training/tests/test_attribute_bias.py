import numpy as np

from sgcldff.attribute_bias import fit_bias
from sgcldff.metrics import macro_f1


def test_rare_values_are_called_often_enough():
    rng = np.random.default_rng(0)
    labels = (rng.random(4000) < 0.08).astype(int)
    # As sure as the odds of a balanced set would make it: the rare value is called far too often.
    logits = np.stack([np.zeros(4000), labels * 2.0 - 1.0 + rng.normal(size=4000)], 1)
    bias = fit_bias(logits, labels)
    before, after = (macro_f1(labels, x.argmax(1), 2) for x in (logits, logits + bias))
    assert after > before + 0.03
    unseen = (rng.random(4000) < 0.08).astype(int)
    others = np.stack([np.zeros(4000), unseen * 2.0 - 1.0 + rng.normal(size=4000)], 1)
    assert macro_f1(unseen, (others + bias).argmax(1), 2) > macro_f1(unseen, others.argmax(1), 2) + 0.02


def test_what_is_called_rightly_stays():
    labels = np.arange(30) % 3
    assert fit_bias(np.eye(3)[labels] * 5, labels).tolist() == [0, 0, 0]
