"""Stain and camera looks: what each part of a cell absorbs, and how the empty slide is lit.

A look is written down as the apparent sRGB colours of a typical cell over a given background, because that is what one
reads off a photograph. Rendering needs optical densities (Beer-Lambert: densities of what lies on the light's way add
up), so `Stain.densities` turns the colours into density vectors relative to the background.
The colours are our own choices, set by eye to resemble Romanowsky stains (May-Gruenwald-Giemsa, Wright, Leishman);
none is measured from, or fitted to, a data set.
"""

from dataclasses import dataclass

import numpy as np

PARTS = (
    "nucleus",  # azure B bound to DNA
    "blue_cytoplasm",  # lymphocyte, monocyte: RNA takes up azure
    "pink_cytoplasm",  # neutrophil
    "neutrophil_granule",
    "eosinophil_granule",
    "basophil_granule",
    "red_cell",  # haemoglobin takes up eosin
    "platelet",
)


@dataclass(frozen=True)
class Stain:
    """One stain and camera look.

    name: identifier used in file names and truth files.
    background: apparent sRGB of the empty slide, 0..255.
    colours: PARTS name -> apparent sRGB at unit concentration, 0..255.
    vignette: darkening of the corners, as a share of the centre's light.
    tint: colour cast of the corners, sRGB multipliers (1 = none).
    blur: range of the focus blur's sigma, in units of 1/100 WBC diameter.
    rim: strength of the dark refraction line round red cells, 0..1.
    noise: standard deviation of the sensor noise, in grey levels.
    """

    name: str
    background: tuple
    colours: dict
    vignette: float
    tint: tuple
    blur: tuple
    rim: float
    noise: float

    def densities(self, rng=None):
        """PARTS name -> optical density, float64 (3,), natural log, relative to the background.

        With a generator, dye uptake and hue vary a little, as they do from slide to slide."""
        background = np.asarray(self.background, float)
        out = {}
        shared = 1.0 if rng is None else rng.uniform(0.88, 1.12)
        for part in PARTS:
            density = np.log(background / np.maximum(np.asarray(self.colours[part], float), 1.0))
            density = np.maximum(density, 0.0)
            if rng is not None:
                density = density * shared * rng.uniform(0.93, 1.07) * rng.uniform(0.96, 1.04, 3)
            out[part] = density
        return out


def _stain(name, background, vignette, tint, blur, rim, noise, *colours):
    return Stain(name, background, dict(zip(PARTS, colours, strict=True)), vignette, tint, blur, rim, noise)


# Colours in the order of PARTS.
STAINS = {
    s.name: s
    for s in (
        # Automated slide scanner, May-Gruenwald-Giemsa: cream slide, violet nuclei.
        _stain("cream", (254, 231, 205), 0.03, (1, 1, 1), (0.5, 0.9), 0.25, 1.2,
               (80, 42, 128), (158, 150, 194), (228, 196, 190), (168, 112, 150),
               (180, 92, 96), (74, 26, 108), (205, 164, 160), (128, 84, 150)),
        # Microscope camera, Wright: grey-green slide, blue-violet nuclei, tan red cells.
        _stain("grey", (204, 211, 206), 0.08, (1.0, 0.98, 1.02), (0.8, 1.5), 0.45, 1.8,
               (96, 74, 186), (146, 154, 204), (188, 176, 202), (150, 120, 180),
               (176, 112, 120), (64, 44, 138), (188, 158, 146), (130, 112, 180)),
        # Warm lamp without white balance: yellow slide, wine-red nuclei.
        _stain("yellow", (242, 226, 138), 0.10, (1.0, 0.97, 0.85), (0.7, 1.3), 0.5, 1.8,
               (112, 30, 66), (164, 140, 104), (206, 168, 104), (160, 96, 84),
               (190, 96, 56), (80, 18, 58), (226, 190, 112), (150, 90, 90)),
        # Eosin-heavy, magenta nuclei.
        _stain("pink", (232, 196, 182), 0.12, (1.02, 0.95, 0.95), (0.7, 1.4), 0.3, 1.6,
               (136, 26, 108), (176, 138, 178), (222, 168, 172), (178, 96, 138),
               (196, 82, 84), (92, 14, 84), (182, 132, 132), (158, 84, 136)),
        # Alkaline buffer: everything leans to lilac.
        _stain("purple", (228, 220, 238), 0.07, (0.98, 0.96, 1.02), (0.6, 1.1), 0.3, 1.4,
               (84, 46, 142), (146, 136, 204), (202, 182, 214), (150, 104, 170),
               (172, 98, 124), (58, 24, 110), (182, 160, 188), (126, 92, 166)),
        # Under-stained and over-exposed.
        _stain("pale", (247, 246, 247), 0.03, (1, 1, 1), (0.7, 1.3), 0.25, 1.5,
               (142, 104, 178), (188, 190, 222), (232, 220, 230), (196, 160, 194),
               (218, 152, 150), (124, 82, 150), (232, 206, 204), (180, 150, 200)),
        # Phone on the eyepiece: dim grey-teal middle, rosy corners.
        _stain("teal", (168, 180, 176), 0.20, (1.25, 0.80, 0.98), (0.9, 1.6), 0.7, 2.4,
               (70, 60, 132), (112, 122, 162), (146, 146, 158), (112, 96, 140),
               (146, 102, 104), (50, 36, 100), (138, 136, 128), (98, 92, 140)),
    )
}
