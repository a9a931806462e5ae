import { defineConfig } from "vite";

// The script that other systems' pages load: one file under a name that stays, with nothing of the page in it.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: false,
    lib: { entry: "src/embed/loader.ts", formats: ["es"], fileName: () => "embed.js" },
    reportCompressedSize: false,
  },
});
