import { describe, expect, test } from "vitest";
import { LayercodeError, type LayercodeErrorCode } from "../errors.js";
import { adviceOf } from "./failure.js";
import {
  autoplayFinding,
  detectorFinding,
  devicesFinding,
  endpointFinding,
  microphoneFinding,
  permissionFinding,
  secureContextFinding,
  socketFinding,
} from "./findings.js";
import { formatDiagnosis } from "./format-diagnosis.js";
import { checkNames, diagnosisOf, type Finding } from "./report.js";

const failure = (code: LayercodeErrorCode) => new LayercodeError(code, `It is ${code}. Do this.`);
const refused = (code: LayercodeErrorCode, permission: PermissionState | null = null) =>
  ({ type: "refused", error: failure(code), permission }) as const;
const opened = { type: "opened" } as const;
const unused = { type: "unused", why: "It is off." } as const;
const level = { isMuted: false, isBlocked: false, loudest: 0.1, label: "Headset" };
const usb = { deviceId: "usb", label: "USB", default: true };
const hidden = { deviceId: "", label: "", default: true };
const devices = {
  isMicrophoneWanted: true,
  microphones: [usb, { ...usb, deviceId: "built-in", label: "Built-in", default: false }],
  loudspeakers: [usb],
  chosenMicrophone: null,
  chosenLoudspeaker: null,
};
const address = "https://app.test/api/authorize";
const answered = {
  type: "answered",
  address,
  status: 400,
  isThere: true,
  isOpen: false,
  message: "No. Do this.",
} as const;
const socket = "wss://layercode.test/ws";

const table: [what: string, finding: Finding, status: Finding["status"], message: RegExp, remedy?: RegExp][] = [
  ["https", secureContextFinding(true), "ok", /is secure/],
  ["Node", secureContextFinding(undefined), "ok", /no page/],
  ["http", secureContextFinding(false), "error", /not secure/, /https/],

  ["no microphone wanted", permissionFinding(unused), "ok", /^It is off\.$/],
  ["an open one", permissionFinding(opened), "ok", /allowed/],
  ["the session's", permissionFinding({ type: "session" }), "ok", /allowed/],
  ["a denied one", permissionFinding(refused("permission-denied")), "error", /^It is permission-denied\.$/, /^Do this/],
  ["a prompt that was closed", permissionFinding(refused("permission-dismissed")), "error", /dismissed/, /Do this/],
  ["a frame that may not", permissionFinding(refused("blocked-by-policy")), "error", /policy/, /Do this/],
  ["one in use, allowed", permissionFinding(refused("device-in-use", "granted")), "ok", /allowed/],
  ["none there, nothing known", permissionFinding(refused("device-not-found")), "warning", /not known/, /again/],

  ["devices", devicesFinding(devices), "ok", /^2 microphones, by default "USB"; 1 loudspeaker, by default "USB"\.$/],
  ["no microphone", devicesFinding({ ...devices, microphones: [] }), "error", /no microphone/, /setAudioInput/],
  [
    "no microphone, and none wanted",
    devicesFinding({ ...devices, microphones: [], isMicrophoneWanted: false }),
    "ok",
    /no microphone is listed/,
  ],
  ["a chosen one that is gone", devicesFinding({ ...devices, chosenMicrophone: "old" }), "warning", /chosen/, /Prefer/],
  ["a chosen one that is there", devicesFinding({ ...devices, chosenMicrophone: "built-in" }), "ok", /2 micro/],
  [
    "a loudspeaker that is gone",
    devicesFinding({ ...devices, chosenLoudspeaker: "old" }),
    "warning",
    /chosen/,
    /Output/,
  ],
  [
    "devices without names",
    devicesFinding({ ...devices, microphones: [hidden], chosenMicrophone: "old" }),
    "ok",
    /^1 microphone; /,
  ],

  ["a voice", microphoneFinding(opened, level), "ok", /^"Headset" is heard, at most -20 dB\.$/],
  ["a quiet room", microphoneFinding(opened, { ...level, loudest: 0.0001 }), "ok", /-80 dB\. It was quiet/],
  ["zeros", microphoneFinding(opened, { ...level, loudest: 0 }), "error", /nothing but silence/, /switch/],
  ["a muted one", microphoneFinding(opened, { ...level, isMuted: true, loudest: 0 }), "warning", /muted/, /unmute/],
  ["sound held back", microphoneFinding(opened, { ...level, isBlocked: true, loudest: 0 }), "warning", /back/, /click/],
  ["one without a name", microphoneFinding(opened, { ...level, label: "" }), "ok", /^The microphone is heard/],
  ["one not listened to", microphoneFinding(opened, null), "warning", /could not be listened/, /again/],
  ["one that is off", microphoneFinding(unused, null), "ok", /^It is off\.$/],
  ["a denied one", microphoneFinding(refused("permission-denied"), null), "error", /permission/, /check permission/],
  ["one in use", microphoneFinding(refused("device-in-use"), null), "error", /^It is device-in-use\.$/, /Do this/],

  ["sound", autoplayFinding({ type: "running" }), "ok", /lets the page/],
  ["no sound wanted", autoplayFinding(unused), "ok", /^It is off\.$/],
  ["no gesture", autoplayFinding({ type: "blocked" }), "warning", /until the user clicks/, /resumeAudio/],
  ["no AudioContext", autoplayFinding({ type: "absent" }), "error", /no AudioContext/, /browser/],

  ["no detector", detectorFinding(unused), "ok", /^It is off\.$/],
  ["a detector", detectorFinding({ type: "running", vad: "silero" }), "ok", /silero/],
  ["a model that failed", detectorFinding({ type: "broken", isHeard: true }), "warning", /loudness/, /Log|log/],
  [
    "a detector that failed",
    detectorFinding({ type: "broken", isHeard: false }),
    "warning",
    /Nothing detects/,
    /Log|log/,
  ],
  [
    "no model",
    detectorFinding({ type: "failed", error: failure("detector-failed") }),
    "warning",
    /It is/,
    /vadModelUrl/,
  ],
  [
    "no worklet",
    detectorFinding({ type: "failed", error: failure("worklet-load") }),
    "warning",
    /It is/,
    /vadWorkletUrl/,
  ],
  ["http", detectorFinding({ type: "failed", error: failure("insecure-context") }), "warning", /It is/, /Do this/],

  ["a session", endpointFinding({ type: "session" }), "ok", /this session/],
  ["a session for the check", endpointFinding({ type: "authorized" }), "ok", /opened for this check/],
  ["400 without an agent", endpointFinding(answered), "ok", /refuses a request without an agent \(400\)/],
  ["404 with the app's own words", endpointFinding({ ...answered, status: 404 }), "ok", /\(404\)/],
  ["404 of nobody", endpointFinding({ ...answered, status: 404, isThere: false }), "error", /^No\.$/, /^Do this\.$/],
  ["401", endpointFinding({ ...answered, status: 401 }), "warning", /^No\.$/, /Sign in/],
  ["403", endpointFinding({ ...answered, status: 403 }), "warning", /^No\.$/, /openSession/],
  ["402", endpointFinding({ ...answered, status: 402 }), "error", /^No\.$/, /Do this/],
  ["429", endpointFinding({ ...answered, status: 429 }), "error", /^No\.$/, /Do this/],
  ["500 without advice", endpointFinding({ ...answered, status: 500, message: "No." }), "error", /No/, /backend's log/],
  ["200 that is no session", endpointFinding({ ...answered, status: 200 }), "error", /^No\.$/, /Do this/],
  ["200 with a session", endpointFinding({ ...answered, status: 200, isOpen: true }), "ok", /though/],
  [
    "an endpoint under a CSP",
    endpointFinding({ type: "forbidden", address }),
    "error",
    /forbidden/,
    /https:\/\/app\.test to/,
  ],
  ["nobody there", endpointFinding({ type: "failed", error: failure("connection") }), "error", /It is/, /Do this/],

  ["a session", socketFinding({ type: "session" }), "ok", /is open/],
  [
    "a socket for the check",
    socketFinding({ type: "opened", address: socket, isSession: true }),
    "ok",
    /closed at once/,
  ],
  ["a socket without a key", socketFinding({ type: "opened", address: socket, isSession: false }), "ok", /ws opens\.$/],
  ["a server", socketFinding({ type: "answered", address: socket }), "ok", /answers/],
  [
    "a socket under a CSP",
    socketFinding({ type: "forbidden", address: socket }),
    "error",
    /forbid/,
    /wss:\/\/layercode\.test to/,
  ],
  [
    "a socket whose server may not be asked, under a CSP",
    socketFinding({ type: "untold", address: socket }),
    "warning",
    /Whether wss:\/\/layercode\.test\/ws opens is not known/,
    /openSession: true/,
  ],
  [
    "a closed one",
    socketFinding({ type: "closed", address: socket, code: 4001, reason: "Full." }),
    "error",
    /4001: Full/,
    /firewall/,
  ],
  ["no session to open", socketFinding({ type: "skipped" }), "warning", /Without a session/, /endpoint/],
];

describe("what a check finds", () => {
  test.each(table)("%s", (_what, finding, status, message, remedy) => {
    expect(finding).toMatchObject({ status, message: expect.stringMatching(message) });
    // Who is told that something is amiss is told what to do.
    if (status === "ok") expect(finding.remedy).toBeUndefined();
    else expect(finding.remedy).toMatch(remedy!);
  });
});

test("an error's text is its first sentence, and what to do", () => {
  const fallback = "Try again.";
  expect(adviceOf({ message: "It answered 404 at a.b/c.d (x. y). Do this. And that." }, fallback)).toEqual({
    message: "It answered 404 at a.b/c.d (x. y).",
    remedy: "Do this. And that.",
  });
  for (const message of ["Only this.", "no sentence", ""])
    expect(adviceOf({ message }, fallback)).toEqual({ message, remedy: fallback });
});

test("the worst check is the status of all", () => {
  const findings = { ok: secureContextFinding(true), warning: autoplayFinding({ type: "blocked" }) };
  const error = secureContextFinding(false);
  const made = (...all: Finding[]) => diagnosisOf(all.map((finding) => ({ name: "socket", ...finding }))).status;
  expect(made(findings.ok, findings.ok)).toBe("ok");
  expect(made(findings.ok, findings.warning)).toBe("warning");
  expect(made(error, findings.warning)).toBe("error");
});

test("as text it has a line for each check, and each remedy below its own", () => {
  const checks = checkNames.map((name) => ({ name, ...secureContextFinding(name !== "worklet") }));
  const lines = formatDiagnosis(diagnosisOf(checks)).split("\n");
  expect(lines.length).toBe(checkNames.length + 1);
  expect(lines[0]).toBe("ok       secure-context  The page is secure.");
  expect(lines[6]).toBe("                         → Serve it over https, or from localhost.");
});
