import { defineConfig } from "vite";

// The script that other systems' pages load: one file under a name that stays, with nothing of the page in it. --mode package: the same for who bundles it.
export default defineConfig(({ mode }) => {
  const [entry, file, outDir] =
    mode === "package" ? ["index.ts", "index.js", "package/dist"] : ["loader.ts", "embed.js", "dist"];
  return {
    publicDir: false,
    build: {
      target: "es2022",
      outDir,
      emptyOutDir: mode === "package",
      lib: { entry: `src/embed/${entry}`, formats: ["es"], fileName: () => file },
      reportCompressedSize: false,
    },
  };
});
