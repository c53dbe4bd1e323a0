// Bundles and minifies the portal's style sheets and scripts from src/ into dist/portal/.
import { copyFile, rm, rename } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const fresh = here("./dist.new");
const dist = here("./dist");

await rm(fresh, { recursive: true, force: true });
await build({
  entryPoints: ["portal.css", "portal.js", "chart.js", "apidocs.js"].map((name) => here(`./src/${name}`)),
  outdir: `${fresh}/portal`,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome90", "firefox90", "safari15"],
  legalComments: "eof",
  logLevel: "warning",
}).catch(() => process.exit(1)); // esbuild has said why
// Drawn from card.svg: 1200 by 630 pixels, for those who pass a page's address on.
await copyFile(here("./share/card.png"), `${fresh}/portal/share-card.png`);

// An interrupted build leaves the last good one in place.
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);
