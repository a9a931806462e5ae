import { defineConfig } from "@playwright/test";

const times = "times.spec.ts";

// Started by `go test`, which gives it the lab and the browser (browser_test.go).
export default defineConfig({
  testDir: "stories",
  outputDir: "../out/failed",
  // Each story has a house of its own, so that two can be played at a time. Where times are measured, nothing else is.
  workers: 2,
  fullyParallel: true,
  projects: [
    { name: "stories", testIgnore: times },
    { name: "times", testMatch: times, dependencies: ["stories"], fullyParallel: false },
  ],
  // A story that fails once has failed.
  retries: 0,
  forbidOnly: true,
  timeout: 40_000,
  expect: {
    timeout: 10_000, // for machines that are busy
    toHaveScreenshot: { pathTemplate: "pictures/{arg}{ext}", maxDiffPixels: 50 },
  },
  updateSnapshots: "none",
  reporter: [["list"]],
  // Tracing all that is done takes a sixth of the time: TRACE=1 asks for it.
  use: { trace: process.env.TRACE === undefined ? "off" : "retain-on-failure", screenshot: "only-on-failure" },
});
