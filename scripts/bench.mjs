// `npm run bench -- [names]`: the benchmarks of apps/bench, all of them or those named.
import { join } from "node:path";
import { explain, step } from "./report.mjs";
import { setUp } from "./setup.mjs";
import { root, run, stopOnSignals, turbo } from "./tools.mjs";

stopOnSignals();
try {
  await setUp();
  await step("Building", () =>
    turbo("build", "Correct what the build reports above.", ["--filter=@layercode/bench..."]),
  );
  const advice = "The failure stands above. `npm run bench -- --help` names the benchmarks there are.";
  // pnpm keeps the arguments apart from its own.
  await run("pnpm", ["run", "bench", ...process.argv.slice(2)], advice, { cwd: join(root, "apps/bench") });
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
