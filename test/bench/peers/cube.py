"""Cubes with rasterio, NumPy and zarr on the files of ../cube/cubeBenchmark.ts, two processes."""
import glob, json, os, resource, shutil, sys, time
from datetime import datetime
from multiprocessing import Pool
import numpy as np, rasterio, zarr
from rasterio.windows import Window
from measure import measure

folder = sys.argv[1]
with open(os.path.join(folder, "strip.json")) as file:
    plan = json.load(file)
items = [json.load(open(path)) for path in glob.glob(os.path.join(folder, "items", "*.json"))]
items.sort(key=lambda item: item["properties"]["datetime"])
names = [name for name in items[0]["assets"] if name != "scl"]
BLUE, GREEN, RED, NIR, SWIR1, SWIR2 = (names.index(n) for n in ("blue", "green", "red", "nir", "swir16", "swir22"))
start = datetime(2018, 1, 1)
times = [datetime.fromisoformat(item["properties"]["datetime"][:10]) for item in items]
days = np.array([(t - start).days + 1 for t in times])
summer = np.array([t.month in (7, 8, 9) for t in times])
dates = np.array(plan["days"])
scenes, bands, width = len(items), len(names), plan["columns"]
chunk_rows, chunk_columns = plan["chunkRows"], plan["chunkColumns"]
# Multiples of chunks, and of tiles where they can be, that two processes hold in 3 GiB.
block_rows, block_columns = 8 * chunk_rows, 4 * chunk_columns
channels = bands + 8
sampled = 20_000


def read(item, name, column, row, columns, rows):
    with rasterio.open(os.path.join(folder, "items", item["assets"][name]["href"])) as source:
        return source.read(1, window=Window(column, row, columns, rows))


def usable(item, column, row, columns, rows):
    """Classes at 20 m, invalid ones grown by two pixels, on the 10 m grid."""
    left, top = max(0, column // 2 - 2), max(0, row // 2 - 2)
    right = min(plan["columns"] // 2, -(-(column + columns) // 2) + 2)
    bottom = min(plan["rows"] // 2, -(-(row + rows) // 2) + 2)
    bad = np.isin(read(item, "scl", left, top, right - left, bottom - top), [0, 1, 2, 3, 8, 9, 10])
    grown = np.pad(bad, 2)
    grown = np.logical_or.reduce([grown[:, i : i + bad.shape[1]] for i in range(5)])
    grown = np.logical_or.reduce([grown[i : i + bad.shape[0]] for i in range(5)])
    return ~on_fine_grid(grown, left, top, column, row, columns, rows)


def on_fine_grid(coarse, left, top, column, row, columns, rows):
    fine = coarse.repeat(2, 0).repeat(2, 1)
    return fine[row - 2 * top : row - 2 * top + rows, column - 2 * left : column - 2 * left + columns]


def observations(column, row, columns, rows):
    values = np.empty((bands, scenes, rows * columns), np.int16)
    valid = np.empty((scenes, rows * columns), bool)
    for s, item in enumerate(items):
        seen = np.zeros((rows, columns), bool)
        for b, name in enumerate(names):
            if name in plan["fine"]:
                band = read(item, name, column, row, columns, rows)
            else:
                left, top = column // 2, row // 2
                right, bottom = -(-(column + columns) // 2), -(-(row + rows) // 2)
                coarse = read(item, name, left, top, right - left, bottom - top)
                band = on_fine_grid(coarse, left, top, column, row, columns, rows)
            seen |= band != 0
            values[b, s] = np.minimum(band, 32767).ravel()
        valid[s] = (usable(item, column, row, columns, rows) & seen).ravel()
    return values, valid


def fill(values, valid):
    number = np.arange(scenes)[:, None]
    before = np.maximum.accumulate(np.where(valid, number, -1), axis=0)
    after = np.minimum.accumulate(np.where(valid, number, scenes)[::-1], axis=0)[::-1]
    last = np.searchsorted(days, dates, "right") - 1
    none = np.full((1, valid.shape[1]), -1)
    left = np.concatenate([before, none])[last]
    right = np.concatenate([after, none + 1 + scenes])[last + 1]
    has_left, has_right = left >= 0, right < scenes
    low, high = np.where(has_left, left, right), np.where(has_right, right, left)
    empty = ~(has_left | has_right)
    low[empty] = high[empty] = 0
    date = dates[:, None]
    far = 1_000
    distance = np.minimum(np.where(has_left, date - days[low], far), np.where(has_right, days[high] - date, far))
    span = days[high] - days[low]
    weight = np.where(span > 0, (date - days[low]) / np.maximum(span, 1), 0).astype(np.float32)
    weight[days[low] == date] = 0
    series = np.empty((len(dates), bands, valid.shape[1]), np.int16)
    for b in range(bands):
        first = np.take_along_axis(values[b], low, 0)
        second = np.take_along_axis(values[b], high, 0)
        filled = np.floor(first + weight * (second - first) + np.float32(0.5))
        filled[empty] = -32768
        series[:, b] = filled
    return series, (distance <= 9).astype(np.uint8), ~empty.any(0)


def indices(r):
    """The eight indices of reflectance [band][...]."""
    def ratio(a, b, top=1):
        out = a / b
        out[np.abs(b) < 1e-6] = np.nan
        return np.clip(out, -1, top)

    def difference(a, b):
        return ratio(r[a] - r[b], r[a] + r[b])

    yield difference(NIR, RED)
    yield ratio(2.5 * (r[NIR] - r[RED]), r[NIR] + 6 * r[RED] - 7.5 * r[BLUE] + 1, 2)
    yield difference(GREEN, NIR)
    yield difference(GREEN, SWIR1)
    yield difference(NIR, SWIR1)
    yield difference(SWIR1, SWIR2)
    soil, other = r[SWIR1] + r[RED], r[NIR] + r[BLUE]
    yield ratio(soil - other, soil + other)
    yield np.sqrt((r[BLUE] ** 2 + r[GREEN] ** 2 + r[RED] ** 2) / 3)


def statistics(values, valid):
    reflectance = values * np.float32(1e-4)
    features = np.empty((24, valid.shape[1]), np.float32)
    rules = np.empty((2, valid.shape[1]), np.float32)
    with np.errstate(all="ignore"):
        for k, index in enumerate(indices(reflectance)):
            if k == 3:
                wanted = valid & summer[:, None]
                rules[0] = ((index > 0.4) & wanted).sum(0) / wanted.sum(0)
                wanted = valid & ~((index > 0.4) & (reflectance[NIR] > 0.11))
                rules[1] = ((index > 0) & wanted).sum(0) / wanted.sum(0)
            index[~valid] = np.nan
            index.sort(0)
            count = (~np.isnan(index)).sum(0)
            for p, share in enumerate((0.1, 0.5, 0.9)):
                rank = share * np.maximum(count - 1, 0)
                lower = rank.astype(int)
                low = np.take_along_axis(index, lower[None], 0)[0]
                high = np.take_along_axis(index, np.minimum(lower + 1, np.maximum(count - 1, 0))[None], 0)[0]
                features[3 * k + p] = low + (rank - lower) * (high - low)
    return features, rules


def build(task):
    path, row, column, rows, columns, seed = task
    values, valid = observations(column, row, columns, rows)
    series, flags, complete = fill(values, valid)
    features, rules = statistics(values, valid)
    count = np.where(complete, valid.sum(0), 0).astype(np.uint16)
    group = zarr.open_group(path, mode="r+")
    space = (slice(row, row + rows), slice(column, column + columns))
    for name, data in dict(series=series, flags=flags, features=features, valid_count=count, rules=rules).items():
        group[name][(...,) + space] = data.reshape(data.shape[:-1] + (rows, columns))
    known = np.flatnonzero(count)
    wanted = min(len(known), round(sampled * rows * columns / (width * plan["rows"])))
    pick = np.random.default_rng(seed).choice(known, wanted, replace=False)
    some = series[:, :, pick].transpose(1, 0, 2) * np.float32(1e-4)
    with np.errstate(all="ignore"):
        sample = np.concatenate([some, np.stack(list(indices(some)))]).reshape(channels, -1)
    sums = [int(series.sum(dtype=np.int64)), int(count.sum()), float(np.nansum(features, dtype=np.float64))]
    return sample, sums, (os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def create(path, rows):
    group = zarr.create_group(path, overwrite=True)
    codec = lambda size: zarr.codecs.BloscCodec(cname="lz4", clevel=5, shuffle="shuffle", typesize=size)
    for name, kind, sizes in [
        ("series", "int16", (len(dates), bands)), ("flags", "uint8", (len(dates),)), ("features", "float32", (24,)),
        ("valid_count", "uint16", ()), ("rules", "float32", (2,))]:
        group.create_array(name, shape=sizes + (rows, width), chunks=sizes + (chunk_rows, chunk_columns), dtype=kind,
                           compressors=codec(np.dtype(kind).itemsize))


def cube(rows):
    begin = time.perf_counter()
    path = os.path.join(folder, f"peer-{rows}")
    create(path, rows)
    places = [(row, column) for row in range(0, rows, block_rows) for column in range(0, width, block_columns)]
    tasks = [(path, row, column, min(block_rows, rows - row), min(block_columns, width - column), i)
             for i, (row, column) in enumerate(places)]
    with Pool(2) as pool:
        parts = list(pool.imap_unordered(build, tasks))
        pool.close()
        pool.join()
    sample = np.concatenate([part[0] for part in parts], axis=1)
    np.nanpercentile(sample, [2, 98], axis=1)
    return rows, parts, time.perf_counter() - begin


def peak(outcome):
    peaks = {}
    for _, _, (process, size) in outcome[1]:
        peaks[process] = max(peaks.get(process, 0), size)
    return sum(peaks.values())


def results(outcome):
    rows, parts, seconds = outcome
    series, count, features = (sum(part[1][i] for part in parts) for i in range(3))
    pixels = rows * width
    return {
        "Mpx-dates/s": pixels * scenes / seconds / 1e6,
        "full tile min": seconds * 10_980**2 / pixels / 60,
        "mean series": series / (pixels * len(dates) * bands),
        "mean feature": features / (24 * pixels),
        "mean dates": count / pixels,
    }


for rows in plan["strips"]:
    for path in glob.glob(os.path.join(folder, "scenes", "*", "*.tif")):
        with open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    measure(f"cube, {rows} rows", lambda: cube(rows), results, peak)
    shutil.rmtree(os.path.join(folder, f"peer-{rows}"))
