import { whenClosed } from "./context-state.js";
import { aborted, explained } from "./errors.js";
import workletSource from "./worklets/worklet.ts?worklet";

const loading = /* @__PURE__ */ new WeakMap<BaseAudioContext, Promise<void>>();

/**
 * Loads the processors into a context, once. Tries `workletUrl`, then a blob URL, then a data URL (Safari refuses blobs
 * in a cross-origin frame). Rejects with `worklet-load`; a later call tries again.
 */
export async function loadWorklet(context: BaseAudioContext, workletUrl?: string | URL): Promise<void> {
  let load = loading.get(context);
  if (load === undefined) {
    load = addModule(context, workletUrl);
    loading.set(context, load);
    load.catch(() => loading.delete(context));
  }
  await load;
  if (context.state === "closed") throw aborted("Loading the audio worklet");
}

async function addModule(context: BaseAudioContext, workletUrl: string | URL | undefined): Promise<void> {
  const worklet = context.audioWorklet as AudioWorklet | undefined;
  if (worklet === undefined) {
    throw await explained("output-unsupported", undefined, (texts) => texts.withoutWorklets());
  }
  let failure: unknown;
  for (const make of [() => workletUrl, blobUrl, dataUrl]) {
    const url = make();
    if (url === undefined) continue;
    try {
      // addModule() stays pending for ever where the context is closed meanwhile.
      return await Promise.race([whenClosed(context), worklet.addModule(url)]);
    } catch (error) {
      failure ??= error;
    } finally {
      if (make === blobUrl) URL.revokeObjectURL(String(url));
    }
  }
  throw await explained("worklet-load", failure, (texts) => texts.workletRefused(workletUrl));
}

function blobUrl(): string {
  return URL.createObjectURL(new Blob([workletSource], { type: "text/javascript" }));
}

function dataUrl(): string {
  return `data:text/javascript,${encodeURIComponent(workletSource)}`;
}
