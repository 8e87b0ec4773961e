"""Windows over HTTP as GDAL reads them, on the files of ../windows/windowsBenchmark.ts."""
import json, os, subprocess, sys, threading, urllib.request
from concurrent.futures import ThreadPoolExecutor
import rasterio
from rasterio.windows import Window
from measure import measure

cache, *command, folder = sys.argv[1:]
side, connections = 256, 4
windows = json.load(open(os.path.join(folder, "windows.json")))
server = subprocess.Popen([*command, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
url = server.stdout.readline().strip()
own = threading.local()


def start():
    own.environment = rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_CACHEMAX=int(cache))
    own.environment.__enter__()
    own.file = rasterio.open(f"/vsicurl/{url}/image.tif")


def read(corner):
    return int(own.file.read(1, window=Window(*corner, side, side)).sum(dtype="int64"))


def count():
    return int(urllib.request.urlopen(f"{url}/count").read())


with ThreadPoolExecutor(connections, initializer=start) as pool:
    barrier = threading.Barrier(connections)
    list(pool.map(lambda _: barrier.wait(), range(connections)))
    measure("windows over HTTP", lambda: sum(pool.map(read, windows)),
            lambda total: {"requests": count(), "mean": total / (len(windows) * side**2)})
server.stdin.close()
