import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StacItem } from "../catalogue/item.js";
import { FileError } from "../errors.js";
import type { Scene } from "./scene.js";
import { sceneFromItem } from "./stacItem.js";

/**
 * Scenes of a folder of STAC items (`*.json`), ordered by time, then id.
 *
 * @throws FileError when the folder holds no item or a file is not an item
 */
export async function readLocalCatalogue(folder: string): Promise<Scene[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const scenes: Scene[] = [];
  for (const name of names) {
    const file = join(folder, name);
    let item: StacItem;
    try {
      item = JSON.parse(await readFile(file, "utf8"));
    } catch (cause) {
      throw new FileError(file, "not JSON", { cause });
    }
    if (typeof item?.id !== "string" || !item.properties || !item.assets) {
      throw new FileError(file, "no id, properties or assets, expected a STAC item");
    }
    scenes.push(sceneFromItem(item, file));
  }
  if (scenes.length === 0) throw new FileError(folder, "no *.json, expected STAC items");
  return sortScenes(scenes);
}

/** Scenes ordered by time, then id. */
export function sortScenes(scenes: Scene[]): Scene[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return scenes.sort((a, b) => order(a.time, b.time) || order(a.id, b.id));
}
