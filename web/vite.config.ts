import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The controller that `npm run dev` talks to.
const controller = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The page's content security policy allows files of this origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: controller, ws: true },
      "/sip": { target: controller, ws: true },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    css: true, // a test reads the colours
  },
});
