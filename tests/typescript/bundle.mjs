// Bundles a file: node bundle.mjs ENTRY OUT PLATFORM [external …]; prints its size in bytes.
import { statSync } from "node:fs";

import { build } from "esbuild";

const [entry, outfile, platform, ...external] = process.argv.slice(2);
await build({
  entryPoints: [entry],
  outfile,
  platform,
  external,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  logLevel: "error",
  define: { "process.env.NODE_ENV": JSON.stringify(process.env.MODE ?? "production") },
});
console.log(statSync(outfile).size);
