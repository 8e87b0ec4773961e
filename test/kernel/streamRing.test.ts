import assert from "node:assert/strict";
import { test } from "node:test";
import { createSharedState } from "../../src/kernel/sharedState.js";
import { StreamReader, StreamWriter } from "../../src/kernel/streamRing.js";

test("text passes the ring whole and in order, however it is cut", () => {
  const state = createSharedState();
  const received: [number, string, string][] = [];
  const reader = new StreamReader(state, (...batch) => received.push(batch));
  const writer = new StreamWriter(state, (now) => now && reader.drain());
  const big = "ä€😀\r\n".repeat(300_000);
  const bytes = Buffer.from(big);
  for (let at = 0; at < bytes.length; at += 10_007) {
    writer.write(3, "stdout", bytes.subarray(at, at + 10_007));
  }
  writer.write(3, "stdout", bytes);
  const short = "ä€😀 \ud800 line\n";
  for (let line = 0; line < 200_000; line++) writer.write(3, "stdout", short);
  writer.write(3, "stderr", Buffer.from("e"));
  writer.write(4, "stderr", Buffer.from("f"));
  reader.drain();
  const text = (serial: number, stream: string) =>
    received.flatMap(([s, n, t]) => (s === serial && n === stream ? [t] : [])).join("");
  const lone = short.replace("\ud800", "\ufffd");
  assert.ok(text(3, "stdout") === big + big + lone.repeat(200_000));
  assert.deepEqual(received.slice(-2), [
    [3, "stderr", "e"],
    [4, "stderr", "f"],
  ]);
});
