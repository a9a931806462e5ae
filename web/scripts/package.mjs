// Makes the package's types out of the source, type-checks what a user of it writes, and fails when the archive has another shape than it should.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const wanted = [
  "LICENSE",
  "README.md",
  "dist/element.d.ts",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/surface.d.ts",
  "dist/wire.d.ts",
  "package.json",
];
const LARGEST = 10 * 1024; // bytes of the script, unpacked

const run = (name, ...args) => execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const tsc = (project) => process.stdout.write(run("node_modules/.bin/tsc", "-p", project));

tsc("package");
for (const file of readdirSync("package/dist").filter((f) => f.endsWith(".d.ts"))) {
  const path = join("package/dist", file);
  // Node's own resolution wants extensions.
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(/(from "\.\/\w+)"/g, '$1.js"'));
}
copyFileSync("../LICENSE", "package/LICENSE");
tsc("package/test");

const [{ files, filename }] = JSON.parse(run("npm", "pack", "./package", "--dry-run", "--json", "--ignore-scripts"));
const found = files.map((f) => f.path).sort();
if (found.join() !== wanted.join()) fail(`${filename} has ${found.join(", ")}; it should have ${wanted.join(", ")}`);
const script = files.find((f) => f.path === "dist/index.js");
if (script.size > LARGEST) fail(`its script has ${script.size} bytes of ${LARGEST}`);
const [major] = JSON.parse(readFileSync("package/package.json", "utf8")).version.split(".");
const { VERSION, define } = await import("../package/dist/index.js"); // on a server, where there is no page
if (Number(major) !== VERSION) fail(`its version is ${major}, the surface's ${VERSION}`);
define("https://calls.example.com");
console.log(`${filename}: ${found.length} files, the script ${script.size} bytes`);

function fail(why) {
  console.error(`The package is not as it should be: ${why}.`);
  process.exit(1);
}
