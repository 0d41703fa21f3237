// Validates payloads.  Takes a folder of cases, each with a package and payloads.json; prints the
// violations of each payload as JSON.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";

const folder = resolve(process.argv[2]);
const verdicts = {};
for (const name of readdirSync(folder)) {
  const place = join(folder, name);
  const outfile = join(place, "bundle.mjs");
  const entryPoints = [join(place, "validation.ts")];
  const external = ["@segment/*"];
  await build({ entryPoints, outfile, external, bundle: true, format: "esm", logLevel: "error" });
  const { violationsOf } = await import(pathToFileURL(outfile).href);
  const calls = JSON.parse(readFileSync(join(place, "payloads.json"), "utf8"));
  verdicts[name] = calls.map(violationsOf);
}
console.log(JSON.stringify(verdicts));
