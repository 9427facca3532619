import { weightsLength } from "../vad/silero/weights.js";

const loading = new Map<string, Promise<ArrayBuffer>>();

/**
 * The model's file of weights: from where the app hosts it, or out of a module of the package, which loads with the first
 * call. It is loaded once; after a failure, and where it is no such file, a later call tries again.
 */
export function loadModel(modelUrl?: string | URL): Promise<ArrayBuffer> {
  const key = String(modelUrl ?? "");
  const known = loading.get(key) ?? checked(modelUrl === undefined ? importModel() : fetchModel(modelUrl));
  loading.set(key, known);
  known.catch(() => loading.delete(key));
  return known;
}

async function checked(model: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
  const file = await model;
  if (file.byteLength !== weightsLength) throw new Error("This is no file of weights of this version.");
  return file;
}

async function importModel(): Promise<ArrayBuffer> {
  const { default: base64 } = await import("../vad-model.js");
  const characters = atob(base64);
  const file = new Uint8Array(characters.length);
  // 2 ms; `Uint8Array.from()`, which asks an iterator for each, holds the page up for 45.
  for (let at = 0; at < file.length; at++) file[at] = characters.charCodeAt(at);
  return file.buffer;
}

async function fetchModel(modelUrl: string | URL): Promise<ArrayBuffer> {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error(`${modelUrl} answered ${response.status}.`);
  return response.arrayBuffer();
}
