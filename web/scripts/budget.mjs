// Fails when the first load of the built page is over its budget: what index.html names, which is all that the widget needs. The console's parts come
// when they are gone to, and have a budget of their own.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const FIRST = 250 * 1024; // bytes, gzipped
const LATER = 250 * 1024; // all parts together
const LOADER = 10 * 1024; // what other systems' pages load before they have a frame

function files(dir) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const index = readFileSync("dist/index.html", "utf8");
const isFirst = (path) =>
  path === join("dist", "index.html") || index.includes(path.slice("dist".length).replaceAll("\\", "/"));
const partOf = (path) => (path === join("dist", "embed.js") ? "loader" : isFirst(path) ? "first" : "later");
const sizes = files("dist").map((path) => ({ path, part: partOf(path), size: gzipSync(readFileSync(path)).length }));

function within(what, part, budget) {
  const mine = sizes.filter((f) => f.part === part);
  const total = mine.reduce((sum, f) => sum + f.size, 0);
  for (const { path, size } of mine) console.log(`${(size / 1024).toFixed(1).padStart(7)} kB  ${path}`);
  console.log(`${(total / 1024).toFixed(1).padStart(7)} kB of ${budget / 1024} kB, gzipped: ${what}`);
  if (total <= budget) return;
  console.error(`The page is over its budget: ${what}.`);
  process.exitCode = 1;
}

within("first load", "first", FIRST);
within("loaded later", "later", LATER);
within("the loader of embedding pages", "loader", LOADER);
