import type { TaskFunction } from "../parallel/tasks.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import type { SeriesModel } from "./methods.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { readSeries } from "./readSeries.js";
import { SOURCE_NETWORK } from "./seriesModel.js";
import { methodFamilies } from "./settings.js";

/** A family by its name, and one of its settings. */
export interface SettingTask {
  readonly family: string;
  readonly setting: number;
}

export interface SettingContext {
  readonly study: PlainStudy;
  readonly model: SeriesModel;
}

let opened: Promise<ProbabilitySeries> | undefined;

/** Class ids of every year [pixel] under one setting. */
export const settingTask: TaskFunction<SettingTask, Uint8Array[], SettingContext> = async (
  { family: name, setting },
  { context },
) => {
  const study = restoreStudy(context.study);
  opened ??= readSeries(study, SOURCE_NETWORK);
  const family = methodFamilies.find((one) => one.name === name)!;
  const ids = Uint8Array.of(0, ...study.legend.map(({ id }) => id));
  const classes = family.apply(await opened, context.model, setting);
  return classes.map((year) => year.map((k) => ids[k]!));
};
