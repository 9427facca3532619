import { afterEach, describe, expect, test, vi } from "vitest";
import type { AudioErrorCode } from "./error-code.js";
import { AudioError, aborted, invalidOption } from "./errors.js";
import * as texts from "./explanations.js";
import { openMicrophone } from "./microphone-access.js";

afterEach(() => vi.unstubAllGlobals());

/** What the browser does, and says of itself. */
interface Cause {
  /** What `getUserMedia()` rejects with. */
  rejects?: Error;
  /** What the browser tells of the permission; absent where it does not know it by name. */
  permission?: PermissionState;
  globals?: Record<string, unknown>;
}

const refused = (name: string, text = "Some text.") => new DOMException(text, name);
const constrained = (constraint: string) =>
  Object.assign(new Error("no"), { name: "OverconstrainedError", constraint });
const forbidden = { featurePolicy: { allowsFeature: () => false } };
const isFrame = { parent: {} };

async function refusal({ rejects, permission, globals = {} }: Cause): Promise<texts.Explanation> {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {
    mediaDevices: rejects && { getUserMedia: () => Promise.reject(rejects) },
    permissions: {
      query: async () => {
        if (!permission) throw new TypeError("no such name");
        return { state: permission };
      },
    },
  });
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  const error = await openMicrophone().catch((reason: unknown) => reason);
  if (!(error instanceof AudioError)) throw new Error("It was no AudioError.");
  return error;
}

const url = "https://app.test/a.js";

// The codes, by what really is the matter, and what a user or a developer is told to do. A new code does not compile
// without its line.
// Of a browser that blocks sound, engine.spec.ts.
const causes: Record<
  Exclude<AudioErrorCode, "audio-blocked">,
  [cause: string, of: Cause | texts.Explanation, remedy: RegExp][]
> = {
  "permission-denied": [
    [
      "the user said no, for good",
      { rejects: refused("NotAllowedError"), permission: "denied" },
      /settings for this site/,
    ],
    [
      "the user says no, Chromium",
      { rejects: refused("NotAllowedError", "Permission denied"), permission: "prompt" },
      /settings for this site/,
    ],
    [
      "the user says no, a browser that tells nothing",
      { rejects: refused("NotAllowedError") },
      /settings for this site/,
    ],
    [
      "the system, Chromium on macOS",
      { rejects: refused("NotAllowedError", "Permission denied by system"), permission: "prompt" },
      /privacy settings of the system/,
    ],
    [
      "the system, elsewhere: the page itself may",
      { rejects: refused("NotAllowedError"), permission: "granted" },
      /privacy settings of the system/,
    ],
    [
      "a frame without allow, in a browser that does not tell",
      { rejects: refused("NotAllowedError"), permission: "denied", globals: isFrame },
      /next to the address.*allow="microphone"/,
    ],
    ["an output that the page may not choose", texts.outputRefused("a", refused("NotAllowedError")), /Allow/],
  ],
  "permission-dismissed": [
    [
      "the prompt was closed, Chromium",
      { rejects: refused("NotAllowedError", "Permission dismissed"), permission: "prompt" },
      /Ask again, and choose Allow/,
    ],
    [
      "the same where the browser does not know the permission",
      { rejects: refused("NotAllowedError", "Permission dismissed") },
      /Ask again/,
    ],
    ["a page that nobody sees", { rejects: refused("InvalidStateError") }, /Show this one, and ask again/],
  ],
  "device-not-found": [
    ["there is no microphone", { rejects: refused("NotFoundError") }, /Connect one/],
    ["an output that is gone", texts.outputRefused("a", refused("NotFoundError")), /Choose one/],
  ],
  "device-in-use": [
    ["another program has it, Chromium and Firefox", { rejects: refused("NotReadableError") }, /Close that program/],
    ["the hardware fails", { rejects: refused("AbortError") }, /choose another microphone/],
  ],
  "insecure-context": [
    ["http, where there is nothing to ask", { globals: { isSecureContext: false } }, /https, or from localhost/],
    [
      "http, in a browser that refuses",
      { rejects: new TypeError("no"), globals: { isSecureContext: false } },
      /https, or from localhost/,
    ],
  ],
  "blocked-by-policy": [
    [
      "a frame without allow, or a header, Chromium",
      { rejects: refused("NotAllowedError"), permission: "denied", globals: { document: forbidden } },
      /Permissions-Policy.*allow="microphone"/,
    ],
    ["the same, by its own name", { rejects: refused("SecurityError") }, /allow="microphone"/],
    [
      "a sandboxed frame",
      { rejects: refused("SecurityError"), globals: { origin: "null" } },
      /allow="microphone \*".*allow-same-origin/,
    ],
    ["a web view whose app has none", {}, /web view must be allowed/],
  ],
  overconstrained: [
    ["no microphone can", { rejects: constrained("sampleRate") }, /"sampleRate".*"ideal"/],
    ["a chosen one that is gone, asked for as exact", { rejects: constrained("deviceId") }, /"deviceId".*"ideal"/],
    ["constraints that mean nothing", { rejects: new TypeError("no") }, /audioConstraints/],
    ["rates that do not go together", texts.rateRefused(), /one rate/],
  ],
  "worklet-load": [
    ["a Content-Security-Policy", texts.workletRefused(undefined, "a.js", "workletUrl"), /Host a.js.*workletUrl/],
    [
      "an address that has no such file",
      texts.workletRefused(url, "a.js", "workletUrl"),
      /https:\/\/app.test.*Host a.js/,
    ],
    ["detection that did not load", texts.detectionNotLoaded(), /Check the network/],
    ["detection that threw", texts.detectorFailed("Error: no", true), /Error: no.*Nothing.*again/],
    ["a recording that did not load", texts.recordingNotLoaded(), /Check the network/],
  ],
  "output-unsupported": [
    ["no setSinkId()", texts.withoutOutputs(), /system's settings/],
    ["no AudioWorklet", texts.withoutWorklets(), /current browser/],
  ],
  "recording-failed": [
    ["the app's stream failed", texts.streamFailed(new Error("The disk is full")), /start another recording/],
    ["the app's stream is too slow", texts.streamTooSlow(30), /Give one that is faster/],
    ["the audio thread's half threw", texts.recordingCrashed(), /start another recording/],
  ],
  "detector-failed": [
    ["the model did not come", texts.modelNotLoaded(undefined, new Error("no")), /Check the network/],
    ["from an address of the app's", texts.modelNotLoaded(url, new Error("no")), /connect-src/],
    ["a slow device", texts.detectorFailed(undefined, false), /Loudness alone/],
    ["a model that threw", texts.detectorFailed("Error: no", false), /Error: no.*Loudness alone/],
    ["the app's own", texts.ownDetectorFailed(new Error("no")), /Your detector/],
  ],
  "invalid-option": [
    ["a value that means nothing", invalidOption("frameMs", 1, "more"), /Pass more/],
    ["a processor that throws", texts.processorFailed(new Error("no")), /Return a node/],
  ],
  aborted: [["it was cancelled", aborted("Starting"), /cancelled/]],
};

describe.each(Object.entries(causes))("%s", (code, rows) => {
  test.each(rows)("%s", async (_, of, remedy) => {
    const { code: actual, message } = "message" in of ? of : await refusal(of);
    expect(actual).toBe(code);
    expect(message).toMatch(remedy);
    // What is wrong, then what to do: sentences, not a word of the browser's.
    expect(message).toMatch(/^[A-Z].*\.$/);
  });
});
