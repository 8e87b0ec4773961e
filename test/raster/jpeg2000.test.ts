import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../../src/packageRoot.js";
import { openRaster, type Raster, readRaster } from "../../src/raster/readRaster.js";
import { at, bytes, startLoopback } from "../http/loopback.js";

/** What rasterio says about an image, see golden/jpeg2000.py. */
interface Golden {
  readonly width: number;
  readonly height: number;
  readonly dtype: string;
  readonly epsg: number;
  readonly origin: readonly [number, number];
  readonly pixel: number;
  readonly window: readonly [number, number, number, number];
  readonly sha: string;
  readonly window_sha: string;
  readonly row: readonly number[];
}

const folder = join(packageRoot(), "test", "raster", "golden", "jpeg2000");
const golden: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(join(folder, "golden.json"), "utf8"),
);
const scratch = mkdtempSync(join(tmpdir(), "jp2-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function hash({ bands: [band] }: Raster): string {
  const { buffer, byteOffset, byteLength } = band!;
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex")
    .slice(0, 16);
}

test("images like Sentinel-2 bands hold rasterio's values, whole and in a window over tiles", async () => {
  assert.equal(Object.keys(golden).length, 5);
  for (const [name, expected] of Object.entries(golden)) {
    const path = join(folder, `${name}.jp2`);
    const whole = await readRaster(path);
    const { grid, bands, bandNames, nodata } = whole;
    assert.deepEqual(
      [grid.width, grid.height, grid.epsg, grid.originX, grid.originY, grid.pixelWidth],
      [expected.width, expected.height, expected.epsg, ...expected.origin, expected.pixel],
      name,
    );
    assert.deepEqual([bandNames, nodata, grid.pixelHeight], [["1"], null, expected.pixel]);
    assert.equal(bands[0]!.BYTES_PER_ELEMENT, expected.dtype === "uint8" ? 1 : 2, name);
    const [left, top, width, height] = expected.window;
    const window = [left, top, left + width, top + height] as const;
    const part = await readRaster(path, { window });
    if (name !== "lossy") {
      assert.deepEqual([hash(whole), hash(part)], [expected.sha, expected.window_sha], name);
      continue;
    }
    // The inverse of the lossy transform is rounded by each version of the library in its way.
    const start = Math.floor(grid.height / 2) * grid.width;
    expected.row.forEach((value, i) => {
      assert.ok(Math.abs(value - bands[0]![start + i]!) <= 1, `${name} ${i}`);
    });
    part.bands[0]!.forEach((value, i) => {
      const pixel = (top + Math.floor(i / width)) * grid.width + left + (i % width);
      assert.equal(value, bands[0]![pixel]);
    });
  }
});

/** The image with a long comment before its tiles, so that they lie beyond the head of the file. */
function spread(name: string): Buffer {
  const whole = readFileSync(join(folder, `${name}.jp2`));
  const tiles = whole.indexOf(Buffer.of(0xff, 0x90, 0, 10));
  const comment = Buffer.alloc(60_000);
  comment.writeUInt16BE(0xff64, 0);
  comment.writeUInt16BE(comment.length - 2, 2);
  const content = Buffer.concat([whole.subarray(0, tiles), comment, whole.subarray(tiles)]);
  const box = content.indexOf("jp2c") - 4;
  const stated = content.readUInt32BE(box);
  if (stated > 0) content.writeUInt32BE(stated + comment.length, box);
  return content;
}

test("over the network only the tiles of a window are asked for, at once where their lengths are listed", async () => {
  const requests = async (name: string) => {
    const content = spread(name);
    const server = await startLoopback(
      at(
        /\.jp2/,
        bytes(() => content),
      ),
    );
    try {
      const window = [130, 130, 170, 180] as const;
      const expected = await readRaster(join(folder, `${name}.jp2`), { window });
      const counts: number[] = [];
      for (let time = 0; time < 2; time++) {
        const before = server.seen.length;
        const file = await openRaster(`${server.url}/Nodes(${name}.jp2)/$value`);
        assert.deepEqual((await file.read({ window })).bands, expected.bands);
        assert.ok(file.bytesRead() < content.length / 2);
        file.close();
        counts.push(server.seen.length - before);
      }
      return counts;
    } finally {
      await server.close();
    }
  };
  // Head, the marker at the first tile, the tile; steps over nine tiles where no list says where it is.
  assert.deepEqual(await requests("listed"), [3, 2]);
  assert.deepEqual(await requests("walked"), [12, 2]);
});

test("damaged images are refused with what was found", async () => {
  const whole = readFileSync(join(folder, "walked.jp2"));
  const refuse = async (name: string, content: Uint8Array, problem: RegExp) => {
    const path = join(scratch, `${name}.jp2`);
    writeFileSync(path, content);
    await assert.rejects(readRaster(path), (error: Error) => {
      assert.equal(error.name, "FileError", name);
      assert.match(error.message, problem, name);
      return error.message.startsWith(path);
    });
  };
  await refuse("text", Buffer.from("<html><body>Gateway error</body></html>"), /leaves the file/);
  await refuse("empty", new Uint8Array(), /no codestream/);
  await refuse("cut", whole.subarray(0, whole.length - 3000), /leaves the file/);
  const unmarked = Buffer.from(
    whole.toString("latin1").replaceAll("RectifiedGrid", "SomeOtherGrid"),
    "latin1",
  );
  await refuse("unmarked", unmarked, /no geography markup/);
  const damaged = Buffer.from(whole);
  const start = damaged.lastIndexOf(Buffer.of(0xff, 0x90));
  damaged.fill(0xa5, start + 12, start + 200);
  await refuse("damaged", damaged, /cannot be decoded: \[/);
});
