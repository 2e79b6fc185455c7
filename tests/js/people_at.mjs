// Reads cases [{candidates, filter}] as JSON and prints, for each, the people whom the page's script shows.

import { readFileSync } from "node:fs";
import { load } from "./load.mjs";

const { peopleAt } = load(["thresholds.js"], ["peopleAt"]);
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ candidates, filter }) => peopleAt(candidates, filter))));
