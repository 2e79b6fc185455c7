// The page's scripts, evaluated as the page does it: several files after another inside one function.

import { readFileSync } from "node:fs";
import vm from "node:vm";

const STATIC = new URL("../../app/static/", import.meta.url);

// The text of a file that is sent to the page.
export function readStatic(name) {
  return readFileSync(new URL(name, STATIC), "utf8");
}

// The functions and constants called `names` of these scripts; `globals` are what they find in place of a browser's.
export function load(scripts, names, globals = {}) {
  const source = `${scripts.map(readStatic).join("\n")}\nreturn { ${names.join(", ")} };`;
  const evaluate = vm.compileFunction(source, Object.keys(globals), { filename: scripts.at(-1) });
  return evaluate(...Object.values(globals));
}
