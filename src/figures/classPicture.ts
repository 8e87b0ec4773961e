import { changePalette, legendPalette } from "../maps/palettes.js";
import type { Study } from "../study/study.js";
import { classEntries, type MapPictureOptions, mapPicture, paint } from "./mapPicture.js";
import type { Picture } from "./picture.js";

/** Class maps side by side in the legend's colours; `ids` hold a class id a pixel. */
export function classPicture(
  study: Pick<Study, "grid" | "legend">,
  maps: readonly { readonly title: string; readonly ids: Uint8Array }[],
  options: MapPictureOptions = {},
): Picture {
  const palette = legendPalette(study.legend);
  return mapPicture(
    study.grid,
    maps.map(({ title, ids }) => ({ title, rgb: paint(ids, palette) })),
    { legend: classEntries(study.legend), ...options },
  );
}

/** Change-count maps side by side; the legend names the number of changes up to the largest possible. */
export function changePicture(
  study: Pick<Study, "grid" | "years">,
  maps: readonly { readonly title: string; readonly counts: Uint8Array }[],
  options: MapPictureOptions = {},
): Picture {
  const palette = changePalette(study.years.length - 1);
  const words = (n: number) => (n === 0 ? "no change" : n === 1 ? "1 change" : `${n} changes`);
  return mapPicture(
    study.grid,
    maps.map(({ title, counts }) => ({ title, rgb: paint(counts, palette) })),
    {
      legend: [...palette].map(([n, colour]) => ({ label: words(n), colour })),
      ...options,
    },
  );
}
