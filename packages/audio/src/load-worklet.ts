import { whenClosed } from "./context-state.js";
import { aborted, explained } from "./errors.js";
import workletSource from "./worklets/worklet.ts?worklet";

/** A script of the audio thread, which is loaded into each context once. */
export interface WorkletScript {
  /** The text; "" where it came with the processors, as in core's standalone files. */
  source: string;
  /** The file to host where a Content-Security-Policy allows no `blob:`. */
  file: string;
  /** The option that says where it is hosted. */
  option: string;
  readonly loading: WeakMap<BaseAudioContext, Promise<void>>;
}

const processors: WorkletScript = {
  source: workletSource,
  file: "@layercode/audio/worklet.js",
  option: "workletUrl",
  loading: /* @__PURE__ */ new WeakMap(),
};

/** Loads the processors into a context, as `loadScript()` does. */
export function loadWorklet(context: BaseAudioContext, workletUrl?: string | URL): Promise<void> {
  return loadScript(processors, context, workletUrl);
}

/**
 * Loads a script into a context, once. Tries `url`, then a blob URL, then a data URL (Safari refuses blobs in a
 * cross-origin frame). Rejects with `worklet-load`; a later call tries again.
 */
export async function loadScript(script: WorkletScript, context: BaseAudioContext, url?: string | URL): Promise<void> {
  const { loading } = script;
  let load = loading.get(context);
  if (load === undefined) {
    load = addModule(script, context, url);
    loading.set(context, load);
    load.catch(() => loading.delete(context));
  }
  await load;
  if (context.state === "closed") throw aborted("Loading the audio worklet");
}

async function addModule(
  { source, file, option }: WorkletScript,
  context: BaseAudioContext,
  hosted: string | URL | undefined,
): Promise<void> {
  if (source === "") return;
  const worklet = context.audioWorklet as AudioWorklet | undefined;
  if (worklet === undefined) {
    throw await explained("output-unsupported", undefined, (texts) => texts.withoutWorklets());
  }
  let failure: unknown;
  for (const make of [() => hosted, blobUrl, dataUrl]) {
    // A context that is closed refuses what it loads. To ask it for more crashes the page in Chromium 156, at its next
    // garbage collection.
    if (context.state === "closed") return;
    const url = make(source);
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
  throw await explained("worklet-load", failure, (texts) => texts.workletRefused(hosted, file, option));
}

function blobUrl(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}

function dataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
