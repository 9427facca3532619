import { build, type Plugin } from "esbuild";
import { workletPlugin } from "./bundle-worklet.js";
import { modelModule } from "./model-module.js";

/** The name of the module that records. */
export const recordingModule = "wav-recording.js";

/**
 * For tsup: these modules stay files of their own beside index.js, in the CommonJS build too, which would take them in.
 * Nobody downloads them before speech is detected, or a conversation recorded.
 */
export function besideIndex(): Plugin {
  const modules: [RegExp, string][] = [
    [/\/vad-model\.js$/, modelModule],
    [/\/recording\/recording\.js$/, recordingModule],
  ];
  return {
    name: "beside-index",
    setup({ onResolve }) {
      for (const [filter, name] of modules) onResolve({ filter }, () => ({ path: `./${name}`, external: true }));
    },
  };
}

/** Bundles what records. What it shares with index.js stands in both: as a third file, esbuild would load it with every page. */
export async function buildRecording(outfile: string): Promise<void> {
  await build({
    entryPoints: ["src/recording/recording.ts"],
    outfile,
    bundle: true,
    format: "esm",
    target: ["chrome110", "firefox115", "safari16"],
    sourcemap: true,
    plugins: [workletPlugin()],
  });
}
