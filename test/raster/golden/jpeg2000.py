"""Small JPEG 2000 images and their values as rasterio reads them: python jpeg2000.py FOLDER.

Tiled and georeferenced like Sentinel-2 bands: 15 bits, with and without the list of tile lengths
(TLM), reversible and not, and scene classes of 8 bits at 20 m.
"""
import hashlib, json, os, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
rows, columns = np.mgrid[0:200, 0:180]
band = (2000 + 1500 * np.sin(rows / 17 + columns / 23)).astype("uint16")
band[(rows % 13 == 0) & (columns % 7 == 0)] += 90
band[:20, :30] = 0
band[5, 40] = 1
band[150, 150] = 28000
classes = np.where(band[::2, ::2] == 0, 0, np.where(band[::2, ::2] > 3000, 9, 4)).astype("uint8")
common = dict(driver="JP2OpenJPEG", count=1, crs="EPSG:32632", tiled=True, BLOCKXSIZE=64, BLOCKYSIZE=64, RESOLUTIONS=4)
files = {
    "walked": (band, 10, dict(NBITS=15, QUALITY=100, REVERSIBLE="YES")),
    "listed": (band, 10, dict(NBITS=15, QUALITY=100, REVERSIBLE="YES", TLM="YES", PLT="YES")),
    "lossy": (band, 10, dict(NBITS=15, QUALITY=40, REVERSIBLE="NO")),
    "coarse": (band[::2, ::2], 20, dict(NBITS=15, QUALITY=100, REVERSIBLE="YES")),
    "classes": (classes, 20, dict(QUALITY=100, REVERSIBLE="YES")),
}
golden = {}
for name, (values, metres, options) in files.items():
    path = os.path.join(folder, name + ".jp2")
    height, width = values.shape
    with rasterio.open(path, "w", dtype=values.dtype, height=height, width=width,
                       transform=from_origin(600000, 5100000, metres, metres), **common, **options) as out:
        out.write(values, 1)
    with rasterio.open(path) as source:
        whole = source.read(1)
        window = Window(width // 4, height // 4, width // 2, height // 3)
        part = source.read(1, window=window)
        golden[name] = dict(
            width=width, height=height, dtype=source.dtypes[0], epsg=source.crs.to_epsg(),
            origin=[source.transform.c, source.transform.f], pixel=source.transform.a,
            window=[window.col_off, window.row_off, window.width, window.height],
            sha=hashlib.sha256(whole.tobytes()).hexdigest()[:16],
            window_sha=hashlib.sha256(part.tobytes()).hexdigest()[:16],
            row=[int(v) for v in whole[height // 2]],
        )
    print(name, os.path.getsize(path), whole.dtype, int((whole != values).sum()))
with open(os.path.join(folder, "golden.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
