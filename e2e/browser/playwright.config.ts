import { defineConfig } from "@playwright/test";

// Started by `go test`, which gives it the lab and the browser (browser_test.go).
export default defineConfig({
  testDir: "stories",
  outputDir: "../out/failed",
  // One after another: two browsers, an Asterisk and a controller fill two cores, and times are measured.
  workers: 1,
  // A story that fails once has failed.
  retries: 0,
  forbidOnly: true,
  timeout: 40_000,
  expect: { timeout: 10_000 }, // for machines that are busy
  reporter: [["list"]],
  use: { trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false } },
});
