"""Command line: `python -m sgcldff.synth [fields|samples|fixtures] --out DIR ...`."""

import argparse

from .examples import write_fixtures, write_samples
from .field import make_field
from .stains import STAINS
from .write import EXTENSIONS, write_field


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m sgcldff.synth", description="Make synthetic blood smear fields.")
    parser.add_argument("what", nargs="?", default="fields", choices=("fields", "samples", "fixtures"),
                        help="fields (default): any number of fields with truth; samples: the app's sample smears; "
                             "fixtures: the end-to-end tests' images. Options below other than --out are for fields.")
    parser.add_argument("--out", required=True, help="directory to write to")
    parser.add_argument("--fields", type=int, default=10, help="how many fields (default 10)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first field; each next one adds 1")
    parser.add_argument("--width", type=int, default=640, help="px (default 640)")
    parser.add_argument("--height", type=int, default=480, help="px (default 480)")
    parser.add_argument("--cell-diameter", type=float, help="px of a typical neutrophil (default: varies)")
    parser.add_argument("--cells", type=int, help="white cells per field (default: varies)")
    parser.add_argument("--stain", choices=sorted(STAINS), help="default: varies")
    parser.add_argument("--touching", action="store_true", help="white cells pressed together in pairs")
    parser.add_argument("--empty", action="store_true", help="no white cells")
    parser.add_argument("--format", choices=sorted(EXTENSIONS), default="png", help="of the image; masks are PNG")
    return parser.parse_args()


def main():
    """Run the command line."""
    args = _arguments()
    if args.what == "samples":
        print(f"{len(write_samples(args.out))} samples in {args.out}")
        return
    if args.what == "fixtures":
        print(f"{len(write_fixtures(args.out))} images in {args.out}")
        return
    for i in range(args.fields):
        seed = args.seed + i
        field = make_field(args.width, args.height, seed, stain=args.stain, n_wbc=args.cells,
                           cell_diameter=args.cell_diameter, touching=args.touching, empty=args.empty)
        write_field(args.out, f"field-{seed:06d}", field, args.format)
    print(f"{args.fields} fields in {args.out}")


if __name__ == "__main__":
    main()
