import { afterEach, describe, expect, test, vi } from "vitest";
import { microphoneEnded } from "./explanations.js";
import { microphonesAtOnce, openMicrophone } from "./microphone-access.js";

afterEach(() => vi.unstubAllGlobals());

function failing(error: unknown, permission?: PermissionState) {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {
    mediaDevices: { getUserMedia: () => Promise.reject(error) },
    permissions: {
      query: () =>
        permission ? Promise.resolve({ state: permission }) : Promise.reject(new TypeError("no such name")),
    },
  });
}

describe("a refusal becomes a code", () => {
  test.each([
    ["NotFoundError", "device-not-found"],
    ["NotReadableError", "device-in-use"],
    ["AbortError", "device-in-use"],
    ["SecurityError", "blocked-by-policy"],
  ])("%s: %s", async (name, code) => {
    const cause = new DOMException("Some text", name);
    failing(cause);
    await expect(openMicrophone()).rejects.toMatchObject({ name: "AudioError", code, cause });
  });

  test.each([
    ["prompt", "Permission dismissed", "permission-dismissed"],
    ["prompt", "The request is not allowed", "permission-dismissed"],
    ["prompt", "Permission denied", "permission-denied"],
    ["denied", "The request is not allowed", "permission-denied"],
    ["granted", "Permission denied by system", "permission-denied"],
    [undefined, "Permission dismissed", "permission-dismissed"],
    [undefined, "The request is not allowed", "permission-denied"],
  ] as const)("NotAllowedError in state %s, %s: %s", async (state, text, code) => {
    failing(new DOMException(text, "NotAllowedError"), state);
    await expect(openMicrophone()).rejects.toMatchObject({ code });
  });

  test("a forbidding Permissions-Policy is told from the user's refusal", async () => {
    failing(new DOMException("Permission denied", "NotAllowedError"), "denied");
    vi.stubGlobal("document", { featurePolicy: { allowsFeature: () => false } });
    await expect(openMicrophone()).rejects.toMatchObject({ code: "blocked-by-policy" });
  });

  test.each([
    ["https://app.test", 'in a frame by allow="microphone".'],
    ["null", 'Write allow="microphone *" on the frame'],
    [undefined, 'in a frame by allow="microphone".'],
  ])("and names what a frame of the origin %s needs", async (origin, remedy) => {
    failing(new DOMException("Permission denied", "NotAllowedError"), "denied");
    vi.stubGlobal("origin", origin);
    vi.stubGlobal("document", { featurePolicy: { allowsFeature: () => false } });
    const blocked = { code: "blocked-by-policy", message: expect.stringContaining(remedy) };
    await expect(openMicrophone()).rejects.toMatchObject(blocked);
    failing(new DOMException("Not here", "SecurityError"));
    await expect(openMicrophone()).rejects.toMatchObject(blocked);
  });

  test("an impossible constraint is named", async () => {
    failing(Object.assign(new Error("no"), { name: "OverconstrainedError", constraint: "sampleRate" }));
    await expect(openMicrophone()).rejects.toMatchObject({
      code: "overconstrained",
      message: expect.stringContaining("sampleRate"),
    });
  });

  test("a page without microphones says why", async () => {
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("isSecureContext", false);
    await expect(openMicrophone()).rejects.toMatchObject({ code: "insecure-context" });
    vi.stubGlobal("isSecureContext", true);
    await expect(openMicrophone()).rejects.toMatchObject({ code: "blocked-by-policy" });
  });
});

test("the browser's voice processing is on unless the app says otherwise", async () => {
  const getUserMedia = vi.fn(async () => ({}));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  await openMicrophone({ echoCancellation: false });
  expect(getUserMedia).toHaveBeenCalledWith({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
  });
});

describe("a device", () => {
  const exact = { exact: "x" };
  const phone = { audioSession: {}, maxTouchPoints: 5 };
  const ideal = { ideal: "x" };

  test.each<[string, ConstrainDOMString, navigator: object, refusal: string | null, asked: ConstrainDOMString[]]>([
    ["there is opened, whatever the browser makes of a wish", "x", {}, null, [exact]],
    ["that is gone is wished for: the browser gives the system's", "x", {}, "OverconstrainedError", [exact, "x"]],
    ["where there is none at all is wished for", "x", {}, "NotFoundError", [exact, "x"]],
    ["that is in use is not asked for again", "x", {}, "NotReadableError", [exact]],
    ["on iOS is wished for: it refuses some that are there", "x", phone, null, ["x"]],
    ["is what the app asks for in its own words", ideal, {}, null, [ideal]],
  ])("%s", async (_, deviceId, navigator, refusal, expected) => {
    const asked: unknown[] = [];
    const getUserMedia = async ({ audio }: { audio: MediaTrackConstraints }) => {
      asked.push(audio.deviceId);
      if (refusal !== null && audio.deviceId !== "x") throw new DOMException("Not this one.", refusal);
      return {};
    };
    vi.stubGlobal("navigator", { ...navigator, mediaDevices: { getUserMedia } });
    await openMicrophone({ deviceId }).catch(() => {});
    expect(asked).toEqual(expected);
  });
});

test.each([
  ["Chromium", { vendor: "Google Inc." }, "several"],
  ["Firefox", { vendor: "" }, "unknown"],
  ["Safari on a Mac", { vendor: "Apple Computer, Inc.", audioSession: {}, maxTouchPoints: 0 }, "unknown"],
  ["all browsers on iOS", { vendor: "Apple Computer, Inc.", audioSession: {}, maxTouchPoints: 5 }, "one"],
])("how many microphones can be open: %s", (_, navigator, many) => {
  vi.stubGlobal("navigator", navigator);
  expect(microphonesAtOnce()).toBe(many);
});

describe("a track that ends by itself", () => {
  test.each([
    ["denied", "", "permission-denied", /taken back.*settings for this site/],
    ["prompt", "", "permission-denied", /taken back.*settings for this site/],
    // Firefox and Safari ask anew each time: their state is "prompt" while the page captures.
    ["prompt", "other", "device-not-found", /unplugged\. Connect one,/],
    // The only microphone was unplugged: nothing is left to be named.
    ["prompt", null, "device-not-found", /unplugged\. Connect one,/],
    ["granted", "other", "device-not-found", /unplugged\. Connect one,/],
    [undefined, "other", "device-not-found", /unplugged, or its permission was taken back/],
  ] as const)("permission %s, another device %j: %s", async (state, deviceId, code, message) => {
    failing(null, state);
    const speakers = { kind: "audiooutput", deviceId: "" };
    const enumerateDevices = async () => [speakers, ...(deviceId === null ? [] : [{ kind: "audioinput", deviceId }])];
    vi.stubGlobal("navigator", { ...navigator, mediaDevices: { enumerateDevices } });
    expect(await microphoneEnded()).toEqual({ code, message: expect.stringMatching(message) });
  });
});
