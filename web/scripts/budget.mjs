// Fails when the first load of the built page is over its budget.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET = 250 * 1024; // bytes, gzipped

function files(dir) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const sizes = files("dist").map((path) => ({ path, size: gzipSync(readFileSync(path)).length }));
const total = sizes.reduce((sum, f) => sum + f.size, 0);
for (const { path, size } of sizes) console.log(`${(size / 1024).toFixed(1).padStart(7)} kB  ${path}`);
console.log(`${(total / 1024).toFixed(1).padStart(7)} kB of ${BUDGET / 1024} kB, gzipped`);
if (total > BUDGET) {
  console.error("The page is over its budget for the first load.");
  process.exit(1);
}
