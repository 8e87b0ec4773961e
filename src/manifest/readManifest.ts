import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parseDocument } from "yaml";
import { catalogueService } from "../catalogue/services.js";
import { ManifestError } from "../errors.js";
import { packageRoot } from "../packageRoot.js";
import { checkManifest } from "./checks.js";
import { defaultClasses } from "./defaultClasses.js";
import { areaFromOutline } from "./geojsonArea.js";
import { locateManifest } from "./locateManifest.js";
import { defaultParameters, type Labels, type Manifest, type Reference } from "./manifest.js";
import { applyOverrides, type Overrides } from "./overrides.js";
import { schemaProblem } from "./schemaProblem.js";

/** A manifest as the schema lets it through: optional keys may be missing, paths are as written. */
type Written = Omit<
  Manifest,
  "file" | "yearStart" | "reference" | "classes" | "events" | "parameters" | "files"
> &
  Partial<Pick<Manifest, "yearStart" | "classes" | "events" | "files">> & {
    readonly reference?: Reference;
    readonly parameters?: Partial<Manifest["parameters"]>;
  };

let validator: ValidateFunction | undefined;

function schemaValidator(): ValidateFunction {
  if (!validator) {
    const path = join(packageRoot(), "data-manifests", "manifest.schema.json");
    const ajv = new Ajv({
      allErrors: true,
      verbose: true,
      discriminator: true,
      strictTypes: false,
    });
    validator = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
  }
  return validator;
}

function readYaml(path: string, file: string): Record<string, unknown> {
  const document = parseDocument(readFileSync(path, "utf8"), { prettyErrors: true });
  const error = document.errors[0];
  if (error) {
    const line = error.linePos?.[0].line ?? 1;
    const [problem] = error.message.split(/ at line |\n/);
    throw new ManifestError(file, `line ${line}`, problem ?? "is not YAML");
  }
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ManifestError(file, "line 1", "is not a group of keys, expected region, title, area");
  }
  return value as Record<string, unknown>;
}

/** An area given by its outline (file, WKT or bounds in degrees) becomes the rectangle around it. */
function readOutline(document: Record<string, unknown>, folder: string, file: string): void {
  if (typeof document.area !== "string" && !Array.isArray(document.area)) return;
  const area = areaFromOutline(document.area, (path) => resolve(folder, path));
  if (typeof area === "string") throw new ManifestError(file, "area", area);
  document.area = area;
}

/** The square of a simulated region follows its size, so that a size set from outside is enough. */
function fitSimulatedArea(document: Record<string, unknown>): void {
  const images = document.images as { kind?: unknown; size?: unknown } | undefined;
  const area = document.area as { bounds?: unknown } | undefined;
  const bounds = area?.bounds;
  if (images?.kind !== "simulated" || typeof images.size !== "number") return;
  if (!area || !Array.isArray(bounds) || bounds.length !== 4) return;
  const [xmin, ymin] = bounds as [number, number];
  area.bounds = [xmin, ymin, xmin + images.size, ymin + images.size];
}

function withDefaults(written: Written, file: string, at: (path: string) => string): Manifest {
  const { images, labels, reference } = written;
  return {
    file,
    region: written.region,
    title: written.title,
    area: written.area,
    years: written.years,
    yearStart: written.yearStart ?? "01-01",
    ...(written.dates ? { dates: written.dates } : {}),
    images: locatedImages(images, at),
    labels: "path" in labels ? ({ ...labels, path: at(labels.path) } satisfies Labels) : labels,
    reference: !reference
      ? null
      : "path" in reference
        ? { ...reference, path: at(reference.path) }
        : reference,
    ...(written.otherMaps
      ? { otherMaps: written.otherMaps.map((map) => ({ ...map, path: at(map.path) })) }
      : {}),
    ...(written.interpretation ? { interpretation: at(written.interpretation) } : {}),
    ...(written.terrain ? { terrain: at(written.terrain) } : {}),
    classes: written.classes ?? defaultClasses,
    events: (written.events ?? []).map((event) =>
      event.area ? { ...event, area: at(event.area) } : event,
    ),
    parameters: { ...defaultParameters, ...written.parameters },
    files: (written.files ?? []).map((entry) => ({ ...entry, path: at(entry.path) })),
    attribution: written.attribution ?? "",
    licence: written.licence ?? "",
  };
}

function locatedImages(images: Written["images"], at: (path: string) => string) {
  switch (images.kind) {
    case "stac":
      return {
        ...images,
        catalog: catalogueService(images.catalog) ? images.catalog : at(images.catalog),
        maxCloud: images.maxCloud ?? 80,
      };
    case "safe":
      return { ...images, path: at(images.path), maxCloud: images.maxCloud ?? 80 };
    case "simulated":
      return { ...images, spectra: at(images.spectra) };
    case "folder": {
      const bands = Object.entries(images.bands).map(
        ([name, band]) =>
          [name, { ...band, scale: band.scale ?? 1, offset: band.offset ?? 0 }] as const,
      );
      return { ...images, path: at(images.path), bands: Object.fromEntries(bands) };
    }
  }
}

/**
 * Reads a region's manifest, fills in defaults, makes its paths absolute (they are written relative
 * to the manifest) and checks it.
 *
 * @param given path of a YAML file, or the name of a region of the package such as `slovenia`
 * @param overrides values by dotted path, such as `{"images.size": 2000, "parameters.epochs": 5}`
 * @throws ManifestError with the file and the place inside it, on one line
 */
export function readManifest(given: string, overrides: Overrides = {}): Manifest {
  const { path, file } = locateManifest(given);
  const document = readYaml(path, file);
  applyOverrides(document, overrides, file);
  const folder = dirname(path);
  readOutline(document, folder, file);
  if ("images.size" in overrides) fitSimulatedArea(document);
  const validate = schemaValidator();
  if (!validate(document)) {
    const errors = validate.errors!;
    // A misspelt key is also a missing one; the former tells more.
    const unknown = errors.find((error) => error.keyword === "additionalProperties");
    const { place, problem } = schemaProblem(unknown ?? errors[0]!);
    throw new ManifestError(file, place || "top level", problem);
  }
  const manifest = withDefaults(document as unknown as Written, file, (written) =>
    isAbsolute(written) ? written : resolve(folder, written),
  );
  const found = checkManifest(manifest, folder);
  if (found) throw new ManifestError(file, found.place, found.problem);
  return manifest;
}
