// `npm run bench -- [names]`: runs the benchmarks named, or all of them. One benchmark is one file in benchmarks/.
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const files = await readdir(new URL("src/benchmarks/", root));
const known = files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -3));

const { values, positionals } = parseArgs({
  options: {
    help: { type: "boolean" },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    seeds: { type: "string" },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !known.includes(name));
if (values.help) {
  console.log(`npm run bench -- [names] [--quick] [--only PART]
Benchmarks: ${known.join(", ")}. Raw results: apps/bench/results/NAME.json
  --quick      client, protocol, recording, sound: fewer and shorter runs, to see that they work
  --only PART  client, sound: one part of them; a wrong name tells the right ones
  --seeds N    sound: as many runs of what comes about by chance (jitter, networks), instead of 20`);
} else if (values.seeds !== undefined && !/^[1-9]\d*$/.test(values.seeds)) {
  console.error(`--seeds takes a whole number above 0, not "${values.seeds}".`);
  process.exitCode = 1;
} else if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${known.join(", ")}.`);
  process.exitCode = 1;
} else {
  for (const name of positionals.length > 0 ? positionals : known) {
    const outfile = new URL(`dist/${name}.js`, root);
    await build({
      entryPoints: [fileURLToPath(new URL(`src/benchmarks/${name}.ts`, root))],
      outfile: fileURLToPath(outfile),
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      sourcemap: "inline",
      logLevel: "warning",
    });
    const { run } = await import(outfile.href);
    await run(new URL(`results/${name}.json`, root), {
      quick: values.quick,
      only: values.only ?? null,
      seeds: values.seeds === undefined ? null : Number(values.seeds),
    });
  }
}
