import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { Worker } from "node:worker_threads";
import type { Voice } from "./speech.js";

/** A word of a sentence, with the time at which it ends in the sentence's speech. */
export interface TimedWord {
  /** With its punctuation. */
  word: string;
  /** Milliseconds from the beginning of the speech. */
  endMs: number;
}

interface Phone {
  name: string;
  endMs: number;
}

/**
 * When each word of a sentence ends in flite's speech of it. flite tells when its phones end, and not to which word they
 * belong: a word ends with the last phone of the beginning of the sentence that ends with it.
 */
export async function wordTimes(sentence: string, { voice = "slt" }: { voice?: Voice } = {}): Promise<TimedWord[]> {
  const words = sentence.split(" ");
  const beginnings = words.map((_, index) => words.slice(0, index + 1).join(" "));
  const spoken = (await phonesOf(beginnings, voice)).map((phones) => phones.filter(({ name }) => name !== "pau"));
  const whole = spoken.at(-1) ?? [];
  return words.map((word, index) => {
    const last = whole[(spoken[index]?.length ?? 0) - 1];
    if (!last) throw new Error(`flite says "${sentence}" otherwise than its beginning up to "${word}".`);
    return { word, endMs: last.endMs };
  });
}

async function phonesOf(texts: readonly string[], voice: Voice): Promise<Phone[][]> {
  const worker = new Worker(new URL("./word-times-worker.js", import.meta.url), {
    workerData: { texts, voice, directory: tmpdir(), file: `layercode-phones-${randomUUID()}.txt` },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [all] = (await once(worker, "message")) as [string[]];
  return all.map((printed) =>
    // As in "hh:0.255", in seconds.
    [...printed.matchAll(/(\w+):([\d.]+)/g)].map(([, name = "", end]) => ({ name, endMs: Number(end) * 1000 })),
  );
}
