"""Values of every GeoTIFF below a folder as rasterio reads them: python readers.py FOLDER readers.json."""
import glob, hashlib, json, os, sys
import numpy as np, rasterio
from rasterio.windows import Window
root, out = sys.argv[1], sys.argv[2]
files = {}
for path in sorted(glob.glob(os.path.join(root, "**", "*.tif"), recursive=True)):
    with rasterio.open(path) as s:
        a = s.read()
        jpeg = s.compression is not None and s.compression.name.lower() == "jpeg"
        w, h = s.width, s.height
        window = Window(w // 3, h // 3, max(1, w // 2), max(1, h // 2))
        part = s.read(window=window)
        sha = lambda x: hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()[:16]
        files[os.path.relpath(path, root)] = dict(
            width=w, height=h, count=s.count, dtype=s.dtypes[0], nodata=s.nodata,
            epsg=s.crs.to_epsg() if s.crs else None,
            origin=[s.transform.c, s.transform.f], pixel=[s.transform.a, -s.transform.e],
            names=[d or None for d in s.descriptions],
            **(dict(corner=[int(v) for v in a[:, h // 2, w // 2]], sums=[int(v) for v in a.reshape(s.count, -1).sum(1, dtype="int64")]) if jpeg
               else dict(sha=sha(a), window=[int(window.col_off), int(window.row_off), int(window.width), int(window.height)], window_sha=sha(part))))
with open(out, "w") as file:
    lines = [f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in files.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
