import { statSync } from "node:fs";
import { relative, sep } from "node:path";
import { catalogueService, serviceNames } from "../catalogue/services.js";
import { isPhenocoverError } from "../errors.js";
import { matchFiles } from "../files/matchFiles.js";
import { publicAddress } from "../http/http.js";
import { crsTransform, isGeographic } from "../raster/crs.js";
import { epochDay, isoDate, mappingYear } from "../scenes/mappingYear.js";
import { crossLegends } from "./crossLegends.js";
import { type FolderImages, type Manifest, mostEvents, surveyYear } from "./manifest.js";
import { type Problem, shown } from "./schemaProblem.js";
import { suggestion } from "./suggestion.js";

/** A rule that a schema cannot state; yields what it finds. */
type Check = (manifest: Manifest, folder: string) => Iterable<Problem>;

/** The path as the manifest's author knows it. */
const written = (folder: string, path: string) => relative(folder, path).split(sep).join("/");

function* years({ years }: Manifest): Iterable<Problem> {
  for (const [i, year] of years.entries()) {
    const before = years[i - 1];
    if (before === undefined || year > before) continue;
    const problem = year === before ? "is listed twice" : `comes after ${before}`;
    yield { place: `years[${i}]`, problem: `${year} ${problem}, expected ascending years` };
  }
}

function* calendar({ yearStart, events, years }: Manifest): Iterable<Problem> {
  // 29 February exists in leap years only, so no mapping year can start on it.
  if (!isDate(`2019-${yearStart}`)) {
    yield { place: "yearStart", problem: `${shown(yearStart)} is not a day of every year` };
    return;
  }
  const from = mappingYear(years[0]!, yearStart).start;
  const last = mappingYear(years.at(-1)!, yearStart);
  const to = last.start + last.length;
  if (events.length > mostEvents) {
    yield { place: "events", problem: `${events.length} events, expected at most ${mostEvents}` };
  }
  for (const [i, { date }] of events.entries()) {
    const place = `events[${i}].date`;
    if (!isDate(date)) yield { place, problem: `${shown(date)} is not a date` };
    else if (epochDay(date) < from || epochDay(date) >= to) {
      const span = `${isoDate(from)} to ${isoDate(to - 1)}`;
      yield { place, problem: `${date} is outside the mapping years, ${span}` };
    }
  }
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function* area({ area, images }: Manifest): Iterable<Problem> {
  const { epsg, bounds, resolution } = area;
  const [xmin, ymin, xmax, ymax] = bounds;
  try {
    const toDegrees = crsTransform(epsg, 4326);
    const back = crsTransform(4326, epsg);
    if (isGeographic(epsg)) {
      const problem = `${epsg} has degrees, expected a projected system in metres such as 32632`;
      yield { place: "area.epsg", problem };
      return;
    }
    const returned = back(...toDegrees((xmin + xmax) / 2, (ymin + ymax) / 2));
    const error = Math.hypot(returned[0] - (xmin + xmax) / 2, returned[1] - (ymin + ymax) / 2);
    if (!(error < 1)) {
      const problem = `${shown(bounds)} is outside the reach of EPSG:${epsg}`;
      yield { place: "area.bounds", problem };
    }
  } catch (error) {
    if (!isPhenocoverError(error, "UsageError")) throw error;
    yield { place: "area.epsg", problem: error.message };
    return;
  }
  if (!(xmin < xmax && ymin < ymax)) {
    const problem = `${shown(bounds)} has no inside, expected xmin < xmax and ymin < ymax`;
    yield { place: "area.bounds", problem };
    return;
  }
  const [width, height] =
    typeof resolution === "number" ? [resolution, resolution] : [resolution[0], resolution[1]];
  const columns = (xmax - xmin) / width;
  const rows = (ymax - ymin) / height;
  const odd = [columns, rows].some((count) => Math.abs(count - Math.round(count)) > 0.01);
  if (odd) {
    const problem = `${columns.toFixed(2)} x ${rows.toFixed(2)} pixels, expected whole pixels of ${shown(resolution)} m`;
    yield { place: "area.bounds", problem };
  } else if (columns < 32 || rows < 32 || columns * rows > 2 ** 31) {
    const problem = `${Math.round(columns)} x ${Math.round(rows)} pixels, expected at least 32 on a side and at most ${2 ** 31} altogether`;
    yield { place: "area.bounds", problem };
  }
  if (images.kind === "simulated") {
    const { size } = images;
    if (xmax - xmin !== size || ymax - ymin !== size) {
      const problem = `${xmax - xmin} x ${ymax - ymin} m, expected the ${size} m of images.size`;
      yield { place: "area.bounds", problem };
    }
  }
}

function* legend({ classes, labels, reference, otherMaps }: Manifest): Iterable<Problem> {
  const names = classes.map((one) => one.name);
  for (const [i, { id, name }] of classes.entries()) {
    if (classes.findIndex((one) => one.id === id) < i) {
      yield { place: `classes[${i}].id`, problem: `${id} is used twice` };
    }
    if (names.indexOf(name) < i) {
      yield { place: `classes[${i}].name`, problem: `${shown(name)} is used twice` };
    }
  }
  for (const [i, map] of (otherMaps ?? []).entries()) {
    for (const [value, meant] of Object.entries(map.legend)) {
      for (const name of [meant].flat()) {
        if (names.includes(name)) continue;
        const problem = `${shown(name)} is not a class${suggestion(name, names)}`;
        yield { place: `otherMaps[${i}].legend.${value}`, problem };
      }
    }
    const { groups } = crossLegends(classes, map.legend);
    if (groups.length >= 2) continue;
    const problem = `has ${groups.length} classes in common with the region's legend, expected at least 2`;
    yield { place: `otherMaps[${i}].legend`, problem };
  }
  for (const [key, source] of Object.entries({ labels, reference })) {
    if (source?.kind !== "raster") continue;
    for (const [value, name] of Object.entries(source.legend)) {
      if (names.includes(name)) continue;
      const problem = `${shown(name)} is not a class${suggestion(name, names)}`;
      yield { place: `${key}.legend.${value}`, problem };
    }
  }
}

function* pairing({ images, labels, reference, years }: Manifest): Iterable<Problem> {
  for (const [key, source] of Object.entries({ labels, reference })) {
    if (source?.kind !== "simulated" || images.kind === "simulated") continue;
    const problem = `"simulated" goes with simulated images only, found ${images.kind}`;
    yield { place: `${key}.kind`, problem };
  }
  if (!years.includes(labels.year)) {
    const problem = `${labels.year} is not one of years (${years.join(", ")}): the change screen compares every year with the label year`;
    yield { place: "labels.year", problem };
  }
  if (reference?.kind === "lucas" && !years.includes(surveyYear)) {
    const problem = `"lucas" was observed in ${surveyYear}, which is not one of years (${years.join(", ")})`;
    yield { place: "reference.kind", problem };
  }
}

function* files(manifest: Manifest, folder: string): Iterable<Problem> {
  const { images, labels, reference, otherMaps, interpretation, terrain, events } = manifest;
  const paths: [place: string, path: string, kind: "file" | "folder"][] = [];
  if (images.kind === "folder") paths.push(["images.path", images.path, "folder"]);
  if (images.kind === "simulated") paths.push(["images.spectra", images.spectra, "folder"]);
  if (images.kind === "safe") paths.push(["images.path", images.path, "folder"]);
  if (images.kind === "stac" && !catalogueService(images.catalog)) {
    const name = written(folder, images.catalog);
    if (!statSync(images.catalog, { throwIfNoEntry: false })?.isDirectory()) {
      const problem = `${name}: no such folder and no service of that name${suggestion(name, serviceNames)}; expected ${serviceNames.join(", ")}, https://... or a folder of STAC items`;
      yield { place: "images.catalog", problem };
    }
  }
  if ("path" in labels) paths.push(["labels.path", labels.path, "file"]);
  if (reference && "path" in reference) paths.push(["reference.path", reference.path, "file"]);
  for (const [i, { path }] of (otherMaps ?? []).entries()) {
    paths.push([`otherMaps[${i}].path`, path, "file"]);
  }
  if (interpretation) paths.push(["interpretation", interpretation, "folder"]);
  if (terrain) paths.push(["terrain", terrain, "file"]);
  for (const [i, event] of events.entries()) {
    if (event.area) paths.push([`events[${i}].area`, event.area, "file"]);
  }
  for (const [i, entry] of manifest.files.entries()) {
    paths.push([`files[${i}].path`, entry.path, "file"]);
  }
  for (const [place, path, kind] of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) yield { place, problem: `${written(folder, path)}: no such ${kind}` };
    else if (found.isDirectory() !== (kind === "folder")) {
      yield { place, problem: `${written(folder, path)} is not a ${kind}` };
    }
  }
  for (const [i, { path, bytes }] of manifest.files.entries()) {
    const size = statSync(path).size;
    if (size !== bytes) {
      yield { place: `files[${i}].bytes`, problem: `${bytes}, but the file has ${size}` };
    }
  }
}

/** Acquisition day in a file name, days since 1970; NaN where there is none. */
function dayInName(name: string): number {
  const match = /(\d{4})(\d{2})(\d{2})T\d{6}/.exec(name);
  const date = match?.slice(1).join("-") ?? "";
  return isDate(date) ? epochDay(date) : Number.NaN;
}

/** The first mapping day that any Sentinel-2 image can serve. */
const firstImage = "2015-06-23";

function* labelService({ labels }: Manifest): Iterable<Problem> {
  if (labels.kind !== "service" || labels.url === undefined || !hasSecretPlace(labels.url)) return;
  const problem = `${publicAddress(labels.url)}: an address with a query or a user, expected the bare address of the layer; credentials have no place in a manifest`;
  yield { place: "labels.url", problem };
}

/** Whether an address has parts in which credentials are put. */
const hasSecretPlace = (address: string) =>
  /^https?:/.test(address) && /[?#]|\/\/[^/]*@/.test(address);

function* catalogue({ images, years, yearStart }: Manifest): Iterable<Problem> {
  if (images.kind !== "stac" && images.kind !== "safe") return;
  for (const [i, year] of years.entries()) {
    const { start, length } = mappingYear(year, yearStart);
    if (start + length > epochDay(firstImage)) continue;
    const problem = `${year} ends before ${firstImage}, the day of the first Sentinel-2 image`;
    yield { place: `years[${i}]`, problem };
  }
  if (images.kind !== "stac") return;
  const { catalog, collection, access } = images;
  const service = catalogueService(catalog);
  if (hasSecretPlace(catalog)) {
    const problem = `${publicAddress(catalog)}: an address with a query or a user, expected the bare root of a STAC API; credentials have no place in a manifest`;
    yield { place: "images.catalog", problem };
  }
  if (service && /l1c/i.test(collection)) {
    const problem = `${shown(collection)} has top of atmosphere values and no scene classes, expected an L2A collection`;
    yield { place: "images.collection", problem };
  }
  if (access === "s3" && !catalog.startsWith("cdse")) {
    const problem = `"s3" goes with the catalogue cdse, found ${shown(catalog)}`;
    yield { place: "images.access", problem };
  }
}

function* images({ images, yearStart, years }: Manifest): Iterable<Problem> {
  if (images.kind !== "folder") return;
  for (const { place, pattern } of patterns(images)) {
    const found = matchFiles(images.path, pattern);
    if (found.length === 0) {
      yield { place, problem: `${shown(pattern)} matches no file` };
      return;
    }
    const timeless = found.find((name) => Number.isNaN(dayInName(name)));
    if (timeless) {
      yield { place, problem: `${timeless} holds no time, expected yyyymmddThhmmss in the name` };
      return;
    }
    for (const [i, year] of years.entries()) {
      const { start, length } = mappingYear(year, yearStart);
      const end = start + length;
      if (found.some((name) => dayInName(name) >= start && dayInName(name) < end)) continue;
      const problem = `no image of ${isoDate(start)} to ${isoDate(end - 1)} matches ${shown(pattern)}`;
      yield { place: `years[${i}]`, problem: `${year}: ${problem}` };
    }
  }
}

function patterns(images: FolderImages): { place: string; pattern: string }[] {
  const bands = Object.entries(images.bands).map(([name, { pattern }]) => ({
    place: `images.bands.${name}.pattern`,
    pattern,
  }));
  return [...bands, { place: "images.mask.pattern", pattern: images.mask.pattern }];
}

const checks: readonly Check[] = [
  years,
  calendar,
  area,
  legend,
  pairing,
  labelService,
  catalogue,
  files,
  images,
];

/**
 * The first thing wrong in a manifest that its schema accepts: order of years, dates, coordinate
 * system and bounds, legends, files, a year without an image.
 *
 * @param folder folder of the manifest, for paths in messages
 */
export function checkManifest(manifest: Manifest, folder: string): Problem | undefined {
  for (const check of checks) {
    for (const problem of check(manifest, folder)) return problem;
  }
  return undefined;
}
