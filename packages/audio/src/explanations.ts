// What went wrong and what to do about it. Loaded only when something failed, because most pages never need it.
import type { AudioErrorCode } from "./error-code.js";

/** Code and message of an `AudioError`. */
export interface Explanation {
  code: AudioErrorCode;
  message: string;
}

/** Why this page has no microphones at all. */
export function withoutMediaDevices(): Explanation {
  if (globalThis.isSecureContext === false) return insecure();
  return {
    code: "blocked-by-policy",
    message:
      "There is no navigator.mediaDevices here. Open the page in a browser; a web view must be allowed to use the microphone by its app.",
  };
}

function insecure(): Explanation {
  return {
    code: "insecure-context",
    message: "Browsers give the microphone only to secure pages. Serve this one over https, or from localhost.",
  };
}

/** Turns what `getUserMedia` rejects with (W3C Media Capture and Streams, section 10.2.1) into an error that helps. */
export async function microphoneRefused(error: unknown): Promise<Explanation> {
  const name = error instanceof Error ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return notAllowed(error as Error);
    case "NotFoundError":
      return { code: "device-not-found", message: "No microphone was found. Connect one and try again." };
    case "InvalidStateError":
      return {
        code: "permission-dismissed",
        message: "Browsers ask for the microphone only in a page that is seen. Show this one, and ask again.",
      };
    case "OverconstrainedError":
      return {
        code: "overconstrained",
        message: `No microphone fulfils the constraint "${(error as OverconstrainedError).constraint}". Relax audioConstraints, or use "ideal" instead of "exact".`,
      };
    case "SecurityError":
      return blockedByPolicy();
    case "TypeError":
      if (globalThis.isSecureContext === false) return insecure();
      return { code: "overconstrained", message: "The browser does not understand audioConstraints. Check them." };
    default:
      return {
        code: "device-in-use",
        message:
          "The microphone could not be opened: another program may be using it. Close that program, or choose another microphone, and try again.",
      };
  }
}

/** Why a track of the microphone ended, and not by us. */
export async function microphoneEnded(): Promise<Explanation> {
  const state = await permissionState();
  // A permission that was reset is asked for again, and the page no longer sees what its devices are called. A browser
  // that asks each time shows them as long as the page is open.
  const isTakenBack = state === "denied" || (state === "prompt" && (await areDevicesHidden()));
  if (isTakenBack) {
    return {
      code: "permission-denied",
      message:
        "The permission to use the microphone was taken back. Allow it in the browser's settings for this site, next to the address, and switch the microphone on again.",
    };
  }
  return {
    code: "device-not-found",
    message: `The microphone is gone: it was unplugged${state ? "" : ", or its permission was taken back"}. Connect one${state ? "" : ", or allow it again"}, and switch the microphone on again.`,
  };
}

/** Whether there are microphones, and the page may not see which. Where there is none, the last one was unplugged. */
async function areDevicesHidden(): Promise<boolean> {
  const microphones = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "audioinput");
  return microphones.length > 0 && microphones.every(({ deviceId }) => deviceId === "");
}

function blockedByPolicy(): Explanation {
  // A sandboxed frame: its origin is that of no page. Chromium gives such a one no microphone, whatever is allowed.
  if (globalThis.origin === "null")
    return {
      code: "blocked-by-policy",
      message:
        'This page may not use the microphone, because it is in a sandboxed frame. Write allow="microphone *" on the frame; Chromium also needs allow-same-origin in its sandbox attribute, so serve the frame from an origin of its own.',
    };
  return {
    code: "blocked-by-policy",
    message:
      'This page may not use the microphone. Allow it in the Permissions-Policy header (microphone=(self)), and in a frame by allow="microphone".',
  };
}

async function notAllowed(error: Error): Promise<Explanation> {
  if (forbiddenByPolicy()) return blockedByPolicy();
  const state = await permissionState();
  // The state stays "prompt" when the user closed the question without an answer: asking again is the remedy. It does
  // so in Firefox after a refusal that is not remembered, with the same remedy. Where the state does not tell, only
  // Chromium's text does.
  const dismissed = state === "prompt" ? !/denied/i.test(error.message) : !state && /dismissed/i.test(error.message);
  if (dismissed) {
    return {
      code: "permission-dismissed",
      message: "The question for the microphone was closed without an answer. Ask again, and choose Allow.",
    };
  }
  return {
    code: "permission-denied",
    message:
      // Chromium says so; elsewhere the browser would have granted it.
      state === "granted" || /by system/i.test(error.message)
        ? "The system keeps the microphone from the browser. Allow it in the privacy settings of the system."
        : `The microphone is blocked for this page. Allow it in the browser's settings for this site, next to the address, and try again.${isPolicyUnknown() ? ' In a frame, the page around it must permit it too, by allow="microphone".' : ""}`,
  };
}

/** Whether a Permissions-Policy forbids the microphone. Only Chromium tells; elsewhere `false`. */
function forbiddenByPolicy(): boolean {
  const page = globalThis.document as
    | (Document & { featurePolicy?: { allowsFeature(name: string): boolean } })
    | undefined;
  return page?.featurePolicy?.allowsFeature("microphone") === false;
}

/** Whether this is a frame of another page, of which the browser does not tell what is forbidden there. */
function isPolicyUnknown(): boolean {
  const { document, parent } = globalThis as { document?: object; parent?: unknown };
  return parent !== undefined && parent !== globalThis && !(document && "featurePolicy" in document);
}

async function permissionState(): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state;
  } catch {
    // Not every browser knows this permission by name.
    return null;
  }
}

/** Why this page has no AudioWorklet. */
export function withoutWorklets(): Explanation {
  return globalThis.isSecureContext === false
    ? {
        code: "insecure-context",
        message: "Browsers give AudioWorklet only to secure pages. Serve this one over https, or from localhost.",
      }
    : { code: "output-unsupported", message: "This browser has no AudioWorklet. Use a current browser." };
}

/** The worklet could be loaded neither from `workletUrl`, where the app gave one, nor from a blob or data URL. */
export function workletRefused(hosted: string | URL | undefined, file: string, option: string): Explanation {
  return {
    code: "worklet-load",
    message:
      hosted === undefined
        ? `The audio worklet was refused, most likely by the Content-Security-Policy. Host ${file} on the page's own origin, allowed by script-src 'self', and give its address as ${option}; or allow blob: in script-src.`
        : `The audio worklet could not be loaded from ${hosted}. Host ${file} there, as JavaScript, and allow its origin in the script-src directive of the Content-Security-Policy.`,
  };
}

/** The module of the main thread's half of detection could not be imported. */
export function detectionNotLoaded(): Explanation {
  return {
    code: "worklet-load",
    message:
      "Speech detection could not be loaded, so no speech is reported. Check the network, and ask for detection again.",
  };
}

const untilAgain = "Loudness alone decides what is speech until detection is asked for again.";

/** The weights of the model did not come, or are no such file. */
export function modelNotLoaded(modelUrl: string | URL | undefined, error: unknown): Explanation {
  const why = error instanceof Error ? error.message : error;
  const [from, remedy] =
    modelUrl === undefined
      ? [
          "",
          "Check the network, or host @layercode/audio/silero-v6.bin and give its address as modelUrl (of core's client: vadModelUrl).",
        ]
      : [
          ` from ${modelUrl}`,
          "Host @layercode/audio/silero-v6.bin of this version there, and allow it in connect-src of the Content-Security-Policy.",
        ];
  return {
    code: "detector-failed",
    message: `The model that detects speech could not be loaded${from}: ${why} ${remedy} ${untilAgain}`,
  };
}

/** The audio thread spent too much of its time on the model (no `error`), or the detector threw there. */
export function detectorFailed(error: string | undefined, isOff: boolean): Explanation {
  const what =
    error === undefined
      ? "This device is too slow for the model that detects speech."
      : `The detector of speech failed: ${error}.`;
  const rest = isOff ? "Nothing is detected until detection is asked for again." : untilAgain;
  return { code: isOff ? "worklet-load" : "detector-failed", message: `${what} ${rest}` };
}

/** The app's own detector of speech threw. */
export function ownDetectorFailed(error: unknown): Explanation {
  return {
    code: "detector-failed",
    message: `Your detector of speech failed: ${error instanceof Error ? error.message : error}. ${untilAgain}`,
  };
}

/** The module that records could not be imported. */
export function recordingNotLoaded(): Explanation {
  return {
    code: "worklet-load",
    message: "What records could not be loaded. Check the network, and start the recording again.",
  };
}

const goesOn = "Everything else goes on: start another recording.";

/** The app's own stream has failed, or was closed. */
export function streamFailed(error: unknown): Explanation {
  return {
    code: "recording-failed",
    message: `The stream of a recording failed: ${error instanceof Error ? error.message : error}. ${goesOn}`,
  };
}

/** The app's own stream takes less than is recorded. */
export function streamTooSlow(seconds: number): Explanation {
  return {
    code: "recording-failed",
    message: `The stream of a recording is more than ${seconds} s behind. Give one that is faster, or record without a stream. ${goesOn}`,
  };
}

/** The tap threw on the audio thread. */
export function recordingCrashed(): Explanation {
  return { code: "recording-failed", message: `A recording stopped on the audio thread. ${goesOn}` };
}

/** The browser has no setSinkId(). */
export function withoutOutputs(): Explanation {
  return {
    code: "output-unsupported",
    message: "This browser cannot choose where sound comes out. Choose the device in the system's settings.",
  };
}

/** Turns what setSinkId() rejects with (Audio Output Devices API, section 3) into an error that helps. */
export function outputRefused(deviceId: string | null, error: unknown): Explanation {
  if (error instanceof Error && error.name === "NotAllowedError") {
    return {
      code: "permission-denied",
      message:
        "This page may not choose that output. Allow the microphone, or speaker-selection in the Permissions-Policy header, and try again.",
    };
  }
  return {
    code: "device-not-found",
    message: `There is no output "${deviceId}". Choose one that enumerateDevices() lists, or null for the system's.`,
  };
}

/** Neither the engine's context nor a context at the microphone's rate can read the microphone. */
export function rateRefused(): Explanation {
  return {
    code: "overconstrained",
    message:
      "This browser cannot read a microphone whose rate is not the output's. Set both devices to one rate in the system's settings.",
  };
}

/** The app's own processor threw. */
export function processorFailed(error: unknown): Explanation {
  return {
    code: "invalid-option",
    message: `Option "processor" failed: ${error instanceof Error ? error.message : error}. Return a node with one input and one output, made on the context that it is given.`,
  };
}
