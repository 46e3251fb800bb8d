"""Where things lie in a field: centres of white cells, red cells and platelets."""

import numpy as np

from . import cells


def place_white_cells(rng, width, height, types, cell_diameter, touching, at_border):
    """Outlines and centres for one WhiteCell per entry of types.

    touching: lay them in pairs (first with second, third with fourth, ...) pressed against each other; all other cells
    keep a gap. at_border: share of cells allowed to be cut by the frame (never of a pair).
    Raises ValueError where the field has no room for them."""
    outlines = [cells.random_outline(rng, t, cell_diameter) for t in types]
    gap = max(5.0, 0.10 * cell_diameter)
    # A bad start can wall in a field that has room: begin anew a few times.
    for _ in range(40):
        placed = []
        for i, (cell_type, outline) in enumerate(zip(types, outlines, strict=True)):
            partner = placed[i - 1] if touching and i % 2 == 1 else None
            # The first of a pair needs room for the second beside it; both stay clear of the frame.
            cell = _place(rng, width, height, cell_type, outline, placed, partner, gap, at_border, touching)
            if cell is None:
                break
            placed.append(cell)
        else:
            return placed
    raise ValueError(f"no room for {len(types)} white cells of {cell_diameter:.0f} px in {width}x{height} px")


def _place(rng, width, height, cell_type, outline, placed, partner, gap, at_border, touching):
    cell = cells.WhiteCell(cell_type, 0.0, 0.0, outline)
    cut = not touching and rng.random() < at_border
    margin = 0.25 * outline.radius if cut else cell.reach + 3
    if 2 * margin >= min(width, height):
        return None
    for _ in range(120):
        if partner is None:
            x, y = rng.uniform(margin, width - margin), rng.uniform(margin, height - margin)
        else:
            angle = rng.uniform(-np.pi, np.pi)
            # Pressed in by a twentieth, so that they share a border and not just a point.
            apart = 0.95 * (partner.outline.at(angle) + outline.at(angle + np.pi))
            x, y = partner.x + apart * np.cos(angle), partner.y + apart * np.sin(angle)
            if not (margin <= x <= width - margin and margin <= y <= height - margin):
                continue
        cell = cells.WhiteCell(cell_type, float(x), float(y), outline)
        others = [p for p in placed if p is not partner]
        if all(np.hypot(p.x - x, p.y - y) > p.reach + cell.reach + gap for p in others):
            return cell
    return None


def place_red_cells(rng, width, height, diameter, cover, white_cells, overlap):
    """Centres of red cells, float (n, 2) as x, y in px, some beyond the frame by up to a radius.

    cover: share of the free area they should fill; overlap: share of cells allowed to lie partly on others.
    A few are laid snug against each white cell, since that is what segmentation must cope with."""
    centres = []
    for cell in white_cells:
        for _ in range(int(rng.integers(0, 4))):
            angle = rng.uniform(-np.pi, np.pi)
            apart = float(cell.outline.at(angle)) + diameter * rng.uniform(0.44, 0.52)
            x, y = cell.x + apart * np.cos(angle), cell.y + apart * np.sin(angle)
            if _clear(x, y, white_cells, cell, diameter) and _apart(x, y, centres, 0.9 * diameter):
                centres.append((x, y))
    area = (width + diameter) * (height + diameter)
    area -= sum(np.pi * c.outline.radius**2 for c in white_cells)
    wanted = int(cover * area / (np.pi * diameter**2 / 4))
    points = np.empty((max(wanted + len(centres), 1), 2))
    count = len(centres)
    points[:count] = np.asarray(centres).reshape(-1, 2)
    for _ in range(wanted * 12):
        if count >= len(points):
            break
        x = rng.uniform(-diameter / 2, width + diameter / 2)
        y = rng.uniform(-diameter / 2, height + diameter / 2)
        reach = rng.uniform(0.55, 0.9) if rng.random() < overlap else rng.uniform(0.98, 1.06)
        near = np.hypot(points[:count, 0] - x, points[:count, 1] - y)
        if count and near.min() < reach * diameter:
            continue
        if not _clear(x, y, white_cells, None, diameter):
            continue
        points[count] = x, y
        count += 1
    return points[:count]


def _clear(x, y, white_cells, contact, diameter):
    """True where a red cell would lie beside, not on, the white cells (contact: the one it may press against)."""
    for cell in white_cells:
        if cell is contact:
            continue
        apart = np.hypot(x - cell.x, y - cell.y)
        if apart < cell.outline.at(np.arctan2(y - cell.y, x - cell.x)) + 0.5 * diameter:
            return False
    return True


def _apart(x, y, centres, least):
    return all(np.hypot(x - a, y - b) >= least for a, b in centres)


def place_platelets(rng, width, height, count, diameters, white_cells, red_cells, red_diameter):
    """Platelets as a list of groups, each a list of (x, y, diameter) in px; most groups hold one, a few are clumps."""
    groups = []
    for _ in range(count):
        for attempt in range(30):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            size = rng.uniform(*diameters)
            if any(np.hypot(x - c.x, y - c.y) < c.reach + 2.2 * size for c in white_cells):
                continue
            near = np.hypot(red_cells[:, 0] - x, red_cells[:, 1] - y).min() if len(red_cells) else np.inf
            # Platelets mostly lie between red cells; after some tries one on top of a red cell is fine.
            if near > 0.5 * (red_diameter + size) or attempt > 20:
                members = [(x, y, size)]
                if rng.random() < 0.12:
                    for _ in range(int(rng.integers(2, 6))):
                        px, py, previous = members[int(rng.integers(len(members)))]
                        other, angle = rng.uniform(*diameters), rng.uniform(0, 2 * np.pi)
                        step = 0.46 * (previous + other)
                        members.append((px + step * np.cos(angle), py + step * np.sin(angle), other))
                groups.append(members)
                break
    return groups
