"""Numbers that training and the app must agree on; convert.py writes them into the manifest."""

TYPES = (
    "neutrophil",
    "eosinophil",
    "basophil",
    "lymphocyte",
    "monocyte",
    "immature_granulocyte",
    "erythroblast",
    "platelet",  # platelet/other: a candidate that is no countable white cell
)
TYPE_INDEX = {name: i for i, name in enumerate(TYPES)}
PLATELET = TYPE_INDEX["platelet"]

CROP_SIZE = 160
"""Side of the network's input, px."""

CROP_SIDE_PER_DIAMETER = 1.8
"""Side of the source window a crop shows, in cell diameters (so a cell spans 1/1.8 = 0.56 of it)."""

SALIENCY_SIZE = CROP_SIZE // 2
"""Side of the grid on which a crop's saliency is computed, px."""

FIELD_LONG_SIDE = 160
FIELD_MAX_REDUCTION = 4.5
"""A field's saliency is computed on the field reduced by clamp(longSide / 160, 1, 4.5)."""

FIELD_MAX_PIXELS = 2_000_000
"""The app cuts larger grids into tiles (candidates/grid.ts): their feature maps would not fit a GPU buffer."""

SALIENCY_STRIDE = 16
"""The saliency head halves its input four times: sides must be multiples of 16."""

WHITE_THUMBNAIL = 64
WHITE_BLOCKS = 8
WHITE_QUANTILE = 0.95
WHITE_BLOCK_QUANTILE = 0.9
WHITE_EXPECTILE = 0.95
WHITE_ITERATIONS = 10
WHITE_SURFACE_MIN_SIDE = 400

# Unit optical-density vectors (R, G, B): mean over the masked sets' nuclei (azure B - eosin Y
# complex, "Romanowsky purple") and over stained non-white-cell pixels (red cells, eosin).
STAIN_AZURE = (0.443, 0.884, 0.151)
STAIN_EOSIN = (0.368, 0.771, 0.520)

DOG_SIGMAS = (2.0, 8.0)
CUE_SCALES = (2.0, 1.0, 1.0, 1.5, 4.0, 6.0)
CUE_NAMES = ("opticalDensity", "azure", "eosin", "saturation", "centreSurround", "gradient")
