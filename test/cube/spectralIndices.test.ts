import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import * as phenocover from "../../src/index.js";

// One pixel of a meadow in reflectance, and one without light.
const B02 = [0.04, 0];
const B03 = [0.07, 0];
const B04 = [0.05, 0];
const B08 = [0.35, 0];
const B11 = [0.2, 0];
const B12 = [0.1, 0];

const near = (values: Float64Array, expected: number): void => {
  assert.equal(values.length, 2);
  assert.ok(Math.abs(values[0]! - expected) < 1e-12, `${values[0]} is not ${expected}`);
};

test("the indices of a meadow are those computed by hand; no light gives NaN", () => {
  near(phenocover.ndvi({ B08, B04 }), 0.3 / 0.4);
  near(phenocover.evi({ B08, B04, B02 }), (2.5 * 0.3) / (0.35 + 0.3 - 0.3 + 1));
  near(phenocover.ndwi({ B03, B08 }), -0.28 / 0.42);
  near(phenocover.mndwi({ B03, B11 }), -0.13 / 0.27);
  near(phenocover.ndmi({ B08, B11 }), 0.15 / 0.55);
  near(phenocover.nbr2({ B11, B12 }), 0.1 / 0.3);
  near(phenocover.bsi({ B11, B04, B08, B02 }), -0.14 / 0.64);
  near(phenocover.brightness({ B02, B03, B04 }), Math.sqrt((0.0016 + 0.0049 + 0.0025) / 3));
  assert.ok(Number.isNaN(phenocover.ndvi({ B08, B04 })[1]));
});

test("more bands than needed are no matter, missing and uneven ones are named", () => {
  near(phenocover.ndvi({ B02, B03, B04, B08, B11, B12 } as never), 0.75);
  assert.throws(() => phenocover.ndvi({ B08 } as never), {
    message: "bands: found B08, too few for NDVI",
  });
  assert.throws(
    () => phenocover.ndvi({ B08, B04: [0.1] }),
    (error) =>
      error instanceof UsageError &&
      error.message === "bands.B04: found 1 values, expected 2 as in B08",
  );
});
