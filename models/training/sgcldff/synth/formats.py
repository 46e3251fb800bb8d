"""The file formats that microscopes and their software write, one small file each, with what an app must read from it.

`python -m sgcldff.synth.formats --out DIR` writes the files, the pictures they must decode to, and formats.json. The
app's tests hold its decoders against these: the files come from tifffile, imagecodecs and Pillow, not from the app. With
`--picture FILE` a whole picture is written in every format instead, to be analysed.
"""

import argparse
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageCms

OME = {"axes": "YXS", "PhysicalSizeX": 0.065, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.065,
       "PhysicalSizeYUnit": "µm"}


def _swapped_profile():
    """An sRGB profile whose red and blue colorants have changed places: honoured or not, one can see it."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    at = {bytes(data[132 + 12 * i:136 + 12 * i]): 132 + 12 * i for i in range(count)}
    red, blue = at[b"rXYZ"] + 4, at[b"bXYZ"] + 4
    data[red:red + 8], data[blue:blue + 8] = data[blue:blue + 8], data[red:red + 8]
    return bytes(data)


def _png16(path, rgb, profile):
    """A 16-bit RGB PNG with a colour profile, which Pillow does not write."""
    height, width = rgb.shape[:2]
    rows = (rgb.astype(">u2") * 257).reshape(height, -1)
    scan = b"".join(b"\0" + row.tobytes() for row in rows)
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
                     + chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile)) + chunk(b"IDAT", zlib.compress(scan))
                     + chunk(b"IEND", b""))


def _through(image, profile):
    """What a picture with this profile looks like in sRGB."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")


class Matrix:
    """Collects files with what is expected of each."""

    def __init__(self, out, rgb):
        self.out = Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.rgb = rgb
        self.entries = []
        self.references = {}

    def expect(self, name, picture, tolerance=1.5, **more):
        """picture: key of a reference; tolerance: mean absolute difference of 8-bit values that is allowed."""
        self.entries.append({"file": name, "picture": picture, "tolerance": tolerance, "pages": 1, "scale": None, **more})

    def refuse(self, name, code):
        self.entries.append({"file": name, "refused": code})

    def tiff(self, name, data, picture="rgb", tolerance=1.5, expect=None, **options):
        options = {"metadata": None, **options}
        tifffile.imwrite(self.out / name, data, **options)
        self.expect(name, picture, tolerance, **(expect or {}))

    def reference(self, key, array):
        self.references[key] = np.asarray(array, np.uint8)

    def finish(self):
        for key, array in self.references.items():
            if array.ndim == 2:
                array = np.repeat(array[..., None], 3, axis=2)
            Image.fromarray(array).save(self.out / f"reference-{key}.png", optimize=True)
        lines = ",\n".join(" " + json.dumps(entry) for entry in self.entries)
        (self.out / "formats.json").write_text(f"[\n{lines}\n]\n")


def _tiffs(m):
    rgb = m.rgb
    gray = np.asarray(Image.fromarray(rgb).convert("L"))
    m.reference("rgb", rgb)
    m.reference("gray", gray)
    color = {"photometric": "rgb"}
    for name in ("none", "lzw", "zlib", "packbits"):
        compression = None if name == "none" else name
        m.tiff(f"strip-{name}.tif", rgb, compression=compression, rowsperstrip=7, **color)
        m.tiff(f"tile-{name}.tif", rgb, compression=compression, tile=(16, 16), **color)
    m.tiff("strip-jpeg.tif", rgb, tolerance=8, compression="jpeg", rowsperstrip=16, **color)
    m.tiff("tile-jpeg.tif", rgb, tolerance=8, compression="jpeg", tile=(16, 32), **color)
    m.tiff("gray-jpeg.tif", gray, "gray", 8, compression="jpeg", photometric="minisblack")
    for subsampling in ((1, 1), (2, 2)):
        name = f"jpeg-ycbcr-{subsampling[0]}{subsampling[1]}.tif"
        m.tiff(name, rgb, tolerance=10, compression="jpeg", tile=(32, 32), subsampling=subsampling, **color)
    m.tiff("predictor-lzw.tif", rgb, compression="lzw", predictor=True, tile=(16, 16), **color)
    m.tiff("predictor-zlib-16.tif", rgb.astype(np.uint16) * 257, compression="zlib", predictor=True, **color)
    m.tiff("big-endian.tif", rgb, byteorder=">", **color)
    m.tiff("bigtiff.tif", rgb, bigtiff=True, tile=(16, 16), **color)
    m.tiff("bigtiff-big-endian.tif", rgb, bigtiff=True, byteorder=">", **color)
    planes = np.ascontiguousarray(rgb.transpose(2, 0, 1))
    m.tiff("planar-strip.tif", planes, planarconfig="separate", rowsperstrip=9, **color)
    m.tiff("planar-tile.tif", planes, planarconfig="separate", tile=(16, 16), compression="zlib", **color)
    m.tiff("gray-8.tif", gray, "gray", photometric="minisblack")
    m.tiff("gray-white-is-zero.tif", 255 - gray, "gray", photometric="miniswhite")
    m.tiff("gray-16.tif", gray.astype(np.uint16) * 257, "gray", photometric="minisblack")
    m.tiff("gray-12-in-16.tif", np.round(gray * (4095 / 255)).astype(np.uint16), "gray", photometric="minisblack")
    m.tiff("rgb-16.tif", rgb.astype(np.uint16) * 257, **color)
    m.tiff("rgb-16-big-endian.tif", rgb.astype(np.uint16) * 257, byteorder=">", **color)
    m.tiff("rgb-14-in-16-planar.tif", np.round(planes * (16383 / 255)).astype(np.uint16), planarconfig="separate",
           **color)
    alpha = np.full(rgb.shape[:2] + (1,), 255, np.uint8)
    alpha[: rgb.shape[0] // 3] = 102
    over_white = np.round(rgb * (alpha / 255) + 255 * (1 - alpha / 255))
    m.reference("alpha", over_white)
    m.tiff("rgba.tif", np.concatenate([rgb, alpha], 2), "alpha", extrasamples=["unassalpha"], **color)
    four = np.round(gray / 17).astype(np.uint8)
    m.reference("four", four * 17)
    m.tiff("gray-4.tif", four, "four", photometric="minisblack", bitspersample=4)
    tifffile.imwrite(m.out / "bilevel.tif", gray > 150, photometric="minisblack", metadata=None)
    m.refuse("bilevel.tif", "unsupported-format")
    _palettes(m)
    _stacks(m)
    _scales(m)
    _odd_tiffs(m)


def _palettes(m):
    indexed = Image.fromarray(m.rgb).quantize(64)
    m.reference("palette", np.asarray(indexed.convert("RGB")))
    indexed.save(m.out / "palette.tif", compression="tiff_lzw")
    m.expect("palette.tif", "palette")
    indexed.save(m.out / "palette.png")
    m.expect("palette.png", "palette")
    indexed.save(m.out / "palette.bmp")
    m.expect("palette.bmp", "palette")
    cmyk = Image.fromarray(m.rgb).convert("CMYK")
    cmyk.save(m.out / "cmyk.tif", compression="tiff_lzw")
    m.expect("cmyk.tif", "rgb", 4)


def _stacks(m):
    rgb = m.rgb
    with tifffile.TiffWriter(m.out / "pages.tif") as writer:
        for page in (rgb, rgb[::-1], rgb[:, ::-1]):
            writer.write(np.ascontiguousarray(page), photometric="rgb", metadata=None, compression="zlib")
    m.reference("upside-down", rgb[::-1])
    m.expect("pages.tif", "rgb", pages=3, pagePictures=["rgb", "upside-down"])
    with tifffile.TiffWriter(m.out / "thumbnail-first.tif") as writer:
        writer.write(np.ascontiguousarray(rgb[::4, ::4]), photometric="rgb", metadata=None, subfiletype=1)
        writer.write(rgb, photometric="rgb", metadata=None, compression="zlib")
    m.expect("thumbnail-first.tif", "rgb", pages=2, page=1)


def _scales(m):
    rgb = m.rgb
    def scale(um, source):
        return {"umPerPx": um, "source": source}
    m.tiff("ome.ome.tif", rgb, ome=True, metadata=OME, photometric="rgb", expect={"scale": scale(0.065, "OME metadata")})
    m.tiff("imagej.tif", rgb, imagej=True, resolution=(10, 10), metadata={"unit": "um", "axes": "YXS"},
           expect={"scale": scale(0.1, "ImageJ metadata")})
    m.tiff("resolution-cm.tif", rgb, photometric="rgb", resolution=(50_000, 50_000), resolutionunit="CENTIMETER",
           expect={"scale": scale(0.2, "TIFF resolution")})
    m.tiff("resolution-inch.tif", rgb, photometric="rgb", resolution=(254_000, 254_000), resolutionunit="INCH",
           expect={"scale": scale(0.1, "TIFF resolution")})
    # A printer's resolution says nothing of the specimen.
    m.tiff("resolution-300dpi.tif", rgb, photometric="rgb", resolution=(300, 300), resolutionunit="INCH")
    m.tiff("resolution-not-square.tif", rgb, photometric="rgb", resolution=(50_000, 25_000), resolutionunit="CENTIMETER")


def _odd_tiffs(m):
    rgb = m.rgb
    for orientation in (2, 3, 5, 6, 8):
        stored = {2: rgb[:, ::-1], 3: rgb[::-1, ::-1], 5: rgb.transpose(1, 0, 2), 6: np.rot90(rgb, 1),
                  8: np.rot90(rgb, -1)}[orientation]
        m.tiff(f"orientation-{orientation}.tif", np.ascontiguousarray(stored), photometric="rgb", compression="zlib",
               extratags=[(274, 3, 1, orientation, True)])
    tifffile.imwrite(m.out / "float.tif", rgb.astype(np.float32) / 255, photometric="rgb", compression="zlib")
    m.refuse("float.tif", "unsupported-format")
    Image.fromarray(rgb).convert("1").save(m.out / "fax.tif", compression="group4")
    m.refuse("fax.tif", "unsupported-format")


def _profiles(m):
    """Profiles that are not applied, and what the app is to call them; sRGB's own is none to speak of."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The other one still calls itself what it was made of.
    for name, profile, expect in (("icc", _swapped_profile(), {"profile": "sRGB built-in"}), ("srgb", srgb, {})):
        m.tiff(f"{name}.tif", m.rgb, photometric="rgb", iccprofile=profile, expect=expect)
        _png16(m.out / f"{name}-16.png", m.rgb, profile)
        m.expect(f"{name}-16.png", "rgb", **expect)


def _others(m):
    image = Image.fromarray(m.rgb)
    gray = image.convert("L")
    image.save(m.out / "rgb.png")
    m.expect("rgb.png", "rgb")
    gray.save(m.out / "gray.png")
    m.expect("gray.png", "gray")
    Image.fromarray(np.asarray(gray).astype(np.uint16) * 257).save(m.out / "gray-16.png")
    m.expect("gray-16.png", "gray")
    Image.fromarray(np.round(np.asarray(gray) * (4095 / 255)).astype(np.uint16)).save(m.out / "gray-12-in-16.png")
    m.expect("gray-12-in-16.png", "gray")
    image.save(m.out / "scale.png", dpi=(254_000, 254_000))
    m.expect("scale.png", "rgb", scale={"umPerPx": 0.1, "source": "PNG resolution"})
    image.save(m.out / "baseline.jpg", quality=92, subsampling=0)
    m.expect("baseline.jpg", "rgb", 6)
    image.save(m.out / "progressive.jpg", quality=92, progressive=True)
    m.expect("progressive.jpg", "rgb", 8)
    gray.save(m.out / "gray.jpg", quality=92)
    m.expect("gray.jpg", "gray", 6)
    image.convert("CMYK").save(m.out / "cmyk.jpg", quality=95)
    m.expect("cmyk.jpg", "rgb", 20)
    exif = Image.Exif()
    exif[274], exif[282], exif[283], exif[296] = 6, 100_000.0, 100_000.0, 3
    Image.fromarray(np.ascontiguousarray(np.rot90(m.rgb, 1))).save(m.out / "exif.jpg", quality=92, exif=exif)
    m.expect("exif.jpg", "rgb", 8, scale={"umPerPx": 0.1, "source": "EXIF resolution"})
    profile = _swapped_profile()
    m.reference("icc", np.asarray(_through(image, profile)))
    image.save(m.out / "icc.jpg", quality=95, subsampling=0, icc_profile=profile)
    m.expect("icc.jpg", "icc", 8)
    image.save(m.out / "icc.png", icc_profile=profile)
    m.expect("icc.png", "icc", 3)
    image.save(m.out / "lossy.webp", quality=90)
    m.expect("lossy.webp", "rgb", 8)
    image.save(m.out / "lossless.webp", lossless=True)
    m.expect("lossless.webp", "rgb")
    image.save(m.out / "field.avif", quality=90)
    m.expect("field.avif", "rgb", 8)
    image.save(m.out / "rgb.bmp")
    m.expect("rgb.bmp", "rgb")


def write_formats(out, rgb):
    """Write the matrix of a picture (height, width, 3; 8 bit) to a directory; returns the entries."""
    matrix = Matrix(out, np.ascontiguousarray(rgb))
    _tiffs(matrix)
    _others(matrix)
    _profiles(matrix)
    matrix.finish()
    return matrix.entries


def main():
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m sgcldff.synth.formats", description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--picture", help="written whole in every format; default: a small part of the tests' field-b.png")
    args = parser.parse_args()
    if args.picture:
        rgb = np.asarray(Image.open(args.picture).convert("RGB"))
    else:
        field = Path(__file__).parents[4] / "e2e/fixtures/field-b.png"
        rgb = np.asarray(Image.open(field).convert("RGB"))[40:80, 60:108]
    print(f"{len(write_formats(args.out, rgb))} files in {args.out}")


if __name__ == "__main__":
    main()
