import type { Legend } from "./manifest.js";

/**
 * Legend of a region that brings none: the union of the classes in the paper's text, table and map
 * (method.md section 4). Colours keep a CIE76 distance of at least 36 between any two classes.
 */
export const defaultClasses: Legend = Object.freeze([
  { id: 1, name: "Artificial", colour: "#F50000" },
  { id: 2, name: "Grass", colour: "#C5F381" },
  { id: 3, name: "Crops", colour: "#F9BC34" },
  { id: 4, name: "Mineral", colour: "#752676" },
  { id: 5, name: "Rocks", colour: "#939191" },
  { id: 6, name: "Sand", colour: "#F6E9C0" },
  { id: 7, name: "Broadleaves", colour: "#42A24C" },
  { id: 8, name: "Conifers", colour: "#07362A" },
  { id: 9, name: "Shrubland", colour: "#6E3614" },
  { id: 10, name: "Water", colour: "#2665F1" },
  { id: 11, name: "Snow", colour: "#B5EDFA" },
]);
