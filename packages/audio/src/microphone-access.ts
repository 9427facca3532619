import { AudioError } from "./errors";

/** What browsers are asked for unless the app says otherwise: one channel, the browser's own voice processing on. */
const defaultConstraints: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Asks for the microphone, in the very call: the prompt appears before anything else is awaited.
 * Rejects with an `AudioError`.
 */
export async function openMicrophone(constraints: MediaTrackConstraints = {}): Promise<MediaStream> {
  const mediaDevices = globalThis.navigator?.mediaDevices as MediaDevices | undefined;
  if (typeof mediaDevices?.getUserMedia !== "function") throw withoutMediaDevices();
  try {
    return await mediaDevices.getUserMedia({ audio: { ...defaultConstraints, ...constraints } });
  } catch (error) {
    throw await describe(error);
  }
}

/** Why this page has no microphones at all. */
export function withoutMediaDevices(): AudioError {
  if (globalThis.isSecureContext === false) return insecure();
  return new AudioError(
    "blocked-by-policy",
    "There is no navigator.mediaDevices here. Open the page in a browser; a web view must be allowed to use the microphone by its app.",
  );
}

function insecure(cause?: unknown): AudioError {
  return new AudioError(
    "insecure-context",
    "Browsers give the microphone only to secure pages. Serve this one over https, or from localhost.",
    cause,
  );
}

/** Turns what `getUserMedia` rejects with (W3C Media Capture and Streams, section 10.2.1) into an error that helps. */
async function describe(error: unknown): Promise<AudioError> {
  const name = error instanceof Error ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return notAllowed(error as Error);
    case "NotFoundError":
      return new AudioError("device-not-found", "No microphone was found. Connect one and try again.", error);
    case "OverconstrainedError":
      return new AudioError(
        "overconstrained",
        `No microphone fulfils the constraint "${(error as OverconstrainedError).constraint}". Relax audioConstraints, or use "ideal" instead of "exact".`,
        error,
      );
    case "SecurityError":
      return blockedByPolicy(error);
    case "TypeError":
      if (globalThis.isSecureContext === false) return insecure(error);
      return new AudioError("overconstrained", "The browser does not understand audioConstraints. Check them.", error);
    default:
      return new AudioError(
        "device-in-use",
        "The microphone could not be opened: another program may be using it. Close that program, or choose another microphone, and try again.",
        error,
      );
  }
}

function blockedByPolicy(cause: unknown): AudioError {
  return new AudioError(
    "blocked-by-policy",
    'This page may not use the microphone. Allow it in the Permissions-Policy header (microphone=(self)), and in a frame by allow="microphone".',
    cause,
  );
}

async function notAllowed(error: Error): Promise<AudioError> {
  if (forbiddenByPolicy()) return blockedByPolicy(error);
  const state = await permissionState();
  // A prompt that was closed without an answer may be shown again. Firefox also keeps "prompt" after a refusal that it
  // is not to remember, and there as well asking again is the remedy. Only Chromium's text tells more than the state.
  const dismissed = state === "prompt" ? !/denied/i.test(error.message) : !state && /dismissed/i.test(error.message);
  if (dismissed) {
    return new AudioError(
      "permission-dismissed",
      "The question for the microphone was closed without an answer. Ask again, and choose Allow.",
      error,
    );
  }
  return new AudioError(
    "permission-denied",
    state === "granted"
      ? "The system keeps the microphone from the browser. Allow the browser to use it in the privacy settings of the system."
      : "The microphone is blocked for this page. Allow it in the browser's settings for this site, next to the address, and try again.",
    error,
  );
}

/** Chromium says whether a Permissions-Policy forbids the microphone; elsewhere it cannot be known. */
function forbiddenByPolicy(): boolean {
  const page = globalThis.document as
    | (Document & { featurePolicy?: { allowsFeature(name: string): boolean } })
    | undefined;
  return page?.featurePolicy?.allowsFeature("microphone") === false;
}

async function permissionState(): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state;
  } catch {
    // Not every browser knows this permission by name.
    return null;
  }
}
