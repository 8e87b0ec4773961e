"""Codes in EPSG:3035 under every pixel centre of a UTM grid, each transformed by PROJ: python warp.py warp.json.

GDAL's warper of the same version approximates even with a tolerance of 0 (by about 0.1 m), so the
centres are transformed one by one."""
import base64, json, sys, zlib
import numpy as np
from rasterio.warp import transform

width, height = 600, 500
rows, columns = np.mgrid[0:400, 0:400]
source = (1 + (rows * 7 + columns * 13 + rows * columns) % 44).astype("uint8")
row, column = np.mgrid[0:height, 0:width]
cases = []
for epsg, left, top, source_left, source_top in [
    (32632, 660000, 5110000, 4390000, 2570000), (32633, 407670, 5128960, 4600000, 2600000)]:
    x, y = transform(f"EPSG:{epsg}", "EPSG:3035", left + (column.ravel() + 0.5) * 10, top - (row.ravel() + 0.5) * 10)
    i = np.floor((np.array(x) - source_left) / 100).astype(int)
    j = np.floor((source_top - np.array(y)) / 100).astype(int)
    inside = (i >= 0) & (j >= 0) & (i < 400) & (j < 400)
    values = np.where(inside, source[np.clip(j, 0, 399), np.clip(i, 0, 399)], 0).astype("uint8")
    print(epsg, inside.mean())
    cases.append(dict(epsg=epsg, origin=[left, top], source=[source_left, source_top],
                      values=base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()))
json.dump(dict(width=width, height=height, cases=cases), open(sys.argv[1], "w"))
