import type { TaskFunction } from "../parallel/tasks.js";
import type { RegionModel } from "./methods.js";
import { observedYears } from "./observedYears.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { methodFamilies } from "./settings.js";

/** A family by its name, one of its settings, and what it is applied to. */
export interface SettingTask {
  readonly family: string;
  readonly setting: number;
  readonly series: ProbabilitySeries;
  /** With the events of the series' pixels. */
  readonly model: RegionModel;
}

/** Class ids of every year [pixel] under one setting. */
export const settingTask: TaskFunction<SettingTask, Uint8Array[]> = ({
  family: name,
  setting,
  series,
  model,
}) => {
  const family = methodFamilies.find((one) => one.name === name)!;
  const ids = Uint8Array.of(0, ...model.legend.map(({ id }) => id));
  const classes = observedYears(family.apply(series, model, setting), series);
  return classes.map((year) => year.map((k) => ids[k]!));
};
