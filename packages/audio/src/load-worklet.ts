import { aborted, explained } from "./errors.js";
import workletSource from "./worklets/worklet.ts?worklet";

const loading = /* @__PURE__ */ new WeakMap<BaseAudioContext, Promise<void>>();

/**
 * Loads the processors into a context, once. Tries `workletUrl`, then a blob URL, then a data URL (Safari refuses blobs
 * in a cross-origin frame). Rejects with `worklet-load`; a later call tries again.
 */
export function loadWorklet(context: BaseAudioContext, workletUrl?: string | URL): Promise<void> {
  if (context.state === "closed") return Promise.reject(aborted("Loading the audio worklet"));
  const known = loading.get(context);
  if (known !== undefined) return known;
  const load = addModule(context, workletUrl).catch((error) => {
    loading.delete(context);
    throw error;
  });
  loading.set(context, load);
  return load;
}

async function addModule(context: BaseAudioContext, workletUrl: string | URL | undefined): Promise<void> {
  const worklet = context.audioWorklet as AudioWorklet | undefined;
  if (worklet === undefined) {
    throw await explained("output-unsupported", undefined, (texts) => texts.withoutWorklets());
  }
  const failures: unknown[] = [];
  for (const make of [...(workletUrl === undefined ? [] : [() => String(workletUrl)]), blobUrl, dataUrl]) {
    const url = make();
    try {
      return await untilClosed(context, worklet.addModule(url));
    } catch (error) {
      if (context.state === "closed") throw aborted("Loading the audio worklet", error);
      failures.push(error);
    } finally {
      if (make === blobUrl) URL.revokeObjectURL(url);
    }
  }
  throw await explained("worklet-load", failures[0], (texts) => texts.workletRefused(workletUrl));
}

/** Rejects when the context is closed: addModule() then stays pending for ever. */
function untilClosed(context: BaseAudioContext, loaded: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => context.state === "closed" && reject();
    const done = () => context.removeEventListener("statechange", check);
    context.addEventListener("statechange", check);
    loaded.then(resolve, reject).finally(done);
    check();
  });
}

function blobUrl(): string {
  return URL.createObjectURL(new Blob([workletSource], { type: "text/javascript" }));
}

function dataUrl(): string {
  return `data:text/javascript,${encodeURIComponent(workletSource)}`;
}
