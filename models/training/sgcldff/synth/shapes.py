"""Smooth random shapes: noise, cell outlines, and nuclei as signed distance fields.

Signed distances are negative inside. Outlines work in pixels; nuclei work in units of the cell's mean radius, with the
cell's centre at the origin, so that one description serves every magnification.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


def smooth_noise(rng, shape, sigma):
    """Gaussian-filtered white noise, float32 (h, w), zero mean, unit variance; sigma in px."""
    # Beyond a few pixels the filter costs more than it shows: make it small, then enlarge.
    step = max(1, int(sigma / 3))
    small = tuple(-(-n // step) + 2 for n in shape)
    noise = ndimage.gaussian_filter(rng.standard_normal(small, dtype=np.float32), max(sigma / step, 0.3), mode="wrap")
    if step > 1:
        noise = ndimage.zoom(noise, step, order=1)
    noise = noise[: shape[0], : shape[1]]
    return (noise - noise.mean()) / (noise.std() + 1e-6)


@dataclass(frozen=True)
class Outline:
    """A star-shaped closed curve r(theta) = radius * (1 + sum a_k cos(k theta + p_k)), in px."""

    radius: float
    orders: np.ndarray
    amplitudes: np.ndarray
    phases: np.ndarray

    def at(self, theta):
        """Radius in px in the direction(s) theta (rad)."""
        theta = np.asarray(theta, np.float32)
        r = np.ones_like(theta)
        for k, a, p in zip(self.orders, self.amplitudes, self.phases, strict=True):
            r = r + np.float32(a) * np.cos(np.float32(k) * theta + np.float32(p))
        return np.float32(self.radius) * r

    def distance(self, dx, dy):
        """Approximate signed distance (px) of the points (dx, dy) measured from the centre."""
        return np.hypot(dx, dy) - self.at(np.arctan2(dy, dx))


def random_outline(rng, radius, roughness, elongation=0.0, highest=9):
    """A cell outline: order 2 carries the elongation, higher orders a roughness that falls off with the order."""
    orders = np.arange(2, highest + 1)
    amplitudes = roughness * rng.standard_normal(orders.size) * (2.0 / orders) ** 1.3
    amplitudes[0] = elongation
    # Beyond this the curve would turn concave enough to look torn.
    total = np.abs(amplitudes).sum()
    if total > 0.45:
        amplitudes *= 0.45 / total
    return Outline(float(radius), orders, amplitudes, rng.uniform(0, 2 * np.pi, orders.size))


def smooth_union(a, b, k):
    """Union of two distance fields with a fillet of about k (polynomial smooth minimum)."""
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return b + (a - b) * h - k * h * (1 - h)


def ellipse(u, v, cx, cy, a, b, angle):
    """Approximate signed distance to an ellipse with semi-axes a, b turned by angle (rad)."""
    c, s = np.cos(angle), np.sin(angle)
    x, y = (u - cx) * c + (v - cy) * s, -(u - cx) * s + (v - cy) * c
    return (np.hypot(x / a, y / b) - 1) * min(a, b)


def capsule(u, v, p, q, radius):
    """Signed distance to the segment p-q thickened by radius."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    t = np.clip(((u - p[0]) * dx + (v - p[1]) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
    return np.hypot(u - p[0] - t * dx, v - p[1] - t * dy) - radius


def lobed_nucleus(rng, u, v, lobes, size, thread, spread):
    """Segmented nucleus: lobes strung along a bent chain, joined by threads.

    lobes: how many; size: mean lobe radius; thread: half width of the joins; spread: radius of the chain's bend.
    Lengths in cell radii. Returns the signed distance, same shape as u."""
    start = rng.uniform(0, 2 * np.pi)
    turn = rng.choice([-1, 1])
    # Neighbouring lobes sit a little under two lobe radii apart, so that some touch and some only hang together.
    step = 2 * np.arcsin(np.clip(size * 0.92 / spread, 0.2, 0.92))
    angle, points = start, []
    for _ in range(lobes):
        bend = spread * rng.uniform(0.82, 1.1)
        points.append((bend * np.cos(angle), bend * np.sin(angle), angle))
        angle += turn * step * rng.uniform(0.95, 1.3)
    mean = np.mean([p[:2] for p in points], axis=0) * rng.uniform(0.3, 0.7)
    distance = None
    for i, (x, y, a) in enumerate(points):
        x, y = x - mean[0], y - mean[1]
        r = size * rng.uniform(0.86, 1.14)
        squeeze = rng.uniform(1.02, 1.26)
        lobe = ellipse(u, v, x, y, r * squeeze, r / squeeze, a + np.pi / 2 + rng.uniform(-1.1, 1.1))
        if distance is None:
            distance = lobe
        else:
            px, py = points[i - 1][0] - mean[0], points[i - 1][1] - mean[1]
            join = capsule(u, v, (px, py), (x, y), thread * rng.uniform(0.7, 1.3))
            distance = smooth_union(smooth_union(distance, join, 0.05), lobe, 0.05)
    return distance


def kidney_nucleus(rng, u, v, size, bend, span):
    """Kidney- to horseshoe-shaped nucleus: a thick arc. size: half thickness, bend: the arc's radius (both in cell
    radii), span: the arc's angle (rad)."""
    start = rng.uniform(0, 2 * np.pi)
    beads = 9
    angles = start + np.linspace(0, span, beads)
    centre = start + span / 2
    # Slide the arc back so that its mass, not its bend, lies near the cell's centre.
    back = bend * np.sinc(span / 2 / np.pi) - rng.uniform(0.0, 0.12)
    ox, oy = -back * np.cos(centre), -back * np.sin(centre)
    swell = 1 + rng.uniform(-0.14, 0.14, 3)
    widths = size * np.interp(np.linspace(0, 2, beads), [0, 1, 2], swell)
    distance = None
    for a, w in zip(angles, widths, strict=True):
        bead = np.hypot(u - ox - bend * np.cos(a), v - oy - bend * np.sin(a)) - w
        distance = bead if distance is None else smooth_union(distance, bead, 0.06)
    return distance


def round_nucleus(rng, u, v, size, offset, dent=0.0):
    """Round to oval nucleus of mean radius size, moved off centre by offset; dent cuts a shallow notch that deep."""
    a = rng.uniform(0, 2 * np.pi)
    cx, cy = offset * np.cos(a), offset * np.sin(a)
    squeeze = rng.uniform(1.0, 1.1)
    distance = ellipse(u, v, cx, cy, size * squeeze, size / squeeze, rng.uniform(0, np.pi))
    if dent > 0:
        # The notch faces the wider side of the cytoplasm, where the Golgi field lies.
        b = a + np.pi + rng.uniform(-0.5, 0.5)
        reach = size + 0.30 - dent
        notch = np.hypot(u - cx - reach * np.cos(b), v - cy - reach * np.sin(b)) - 0.30
        distance = -smooth_union(-distance, notch, 0.12)
    return distance
