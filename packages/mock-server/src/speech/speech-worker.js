// The worker thread in which flite runs: it is synchronous, some 100 ms a sentence.
// Plain JavaScript, because a worker is loaded by its file's address, from the sources and from dist alike.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";

/** @typedef {{ wasmPath: string, directory: string, voice: string }} SpeechWorkerData */
/** @typedef {{ id: number, sentence: string }} SpeechRequest */
/** @typedef {{ id: number, wav: Uint8Array } | { id: number, error: string }} SpeechAnswer */

// node:wasi prints an ExperimentalWarning to the stderr of the program that uses this package: suppress that one.
const { emitWarning } = process;
process.emitWarning = /** @type {typeof emitWarning} */ (
  (/** @type {string | Error} */ warning, /** @type {any[]} */ ...rest) => {
    if (!String(warning).includes("WASI")) Reflect.apply(emitWarning, process, [warning, ...rest]);
  }
);
const { WASI } = await import("node:wasi");

const { wasmPath, directory, voice } = /** @type {SpeechWorkerData} */ (workerData);
const flite = await WebAssembly.compile(await readFile(wasmPath));

/**
 * Node's WASI functions, each behind one of JavaScript: called straight from optimised WebAssembly they may collect
 * garbage where V8 forbids it, and end the process with a segmentation fault (nodejs/node#46777).
 * @param {object} imports
 * @returns {WebAssembly.Imports}
 */
function withoutFastCalls(imports) {
  const wrap = (/** @type {Record<string, (...args: unknown[]) => unknown>} */ functions) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, call]) => [name, (/** @type {unknown[]} */ ...args) => call(...args)]),
    );
  return Object.fromEntries(Object.entries(imports).map(([module, functions]) => [module, wrap(functions)]));
}

/**
 * A mono PCM16 WAV of 16 kHz.
 * @param {string} sentence
 */
async function speak(sentence) {
  // For as long as a sentence takes: whoever kills the process between two of them leaves nothing behind.
  await mkdir(directory, { mode: 0o700 });
  const wasi = new WASI({
    version: "preview1",
    args: ["flite", "-voice", voice, "-t", sentence, "-o", "/out/speech.wav"],
    preopens: { "/out": directory },
    returnOnExit: true,
  });
  const instance = await WebAssembly.instantiate(flite, withoutFastCalls(wasi.getImportObject()));
  const code = wasi.start(instance);
  if (code !== 0) throw new Error(`flite ended with code ${code}.`);
  return new Uint8Array(await readFile(join(directory, "speech.wav")));
}

// Sentences share one output file: queue them.
let queue = Promise.resolve();
parentPort?.on("message", (/** @type {SpeechRequest} */ { id, sentence }) => {
  queue = queue.then(async () => {
    /** @type {SpeechAnswer} */
    let answer;
    try {
      answer = { id, wav: await speak(sentence) };
    } catch (error) {
      answer = { id, error: error instanceof Error ? error.message : String(error) };
    }
    await rm(directory, { recursive: true, force: true });
    parentPort?.postMessage(answer);
  });
});
