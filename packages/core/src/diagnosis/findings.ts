// What each check makes of what was seen: pure, so that every report can be tested without a browser.
import { adviceOf, type Failure, failed } from "./failure.js";
import { error, type Finding, ok, warning } from "./report.js";

/** Where the microphone of a diagnosis comes from. */
export type MicrophoneSeen =
  /** It is not to be opened, and why. */
  | { type: "unused"; why: string }
  /** The session has it open already. */
  | { type: "session" }
  | { type: "opened" }
  /** `permission`: what the browser says of it; `null` where it does not tell. */
  | { type: "refused"; error: Failure; permission: PermissionState | null };

const ofPermission = ["permission-denied", "permission-dismissed", "blocked-by-policy", "insecure-context"];

export function secureContextFinding(isSecure: boolean | undefined): Finding {
  if (isSecure === false)
    return error(
      "The page is not secure, so browsers give it neither a microphone nor an audio worklet.",
      "Serve it over https, or from localhost.",
    );
  return ok(isSecure ? "The page is secure." : "There is no page here.");
}

export function permissionFinding(seen: MicrophoneSeen): Finding {
  if (seen.type === "unused") return ok(seen.why);
  if (seen.type !== "refused") return ok("The microphone is allowed.");
  if (ofPermission.includes(seen.error.code)) return failed(seen.error, "Allow the microphone for this page.");
  if (seen.permission === "granted") return ok("The microphone is allowed, though it could not be opened.");
  return warning(
    "Whether the microphone is allowed is not known, because none could be opened.",
    "Look at the checks below, and run the diagnosis again once one can be.",
  );
}

/** A device, as far as it is looked at. */
interface Device {
  readonly deviceId: string;
  readonly label: string;
  readonly default: boolean;
}

export interface DevicesSeen {
  readonly isMicrophoneWanted: boolean;
  readonly microphones: readonly Device[];
  /** None also where the browser cannot choose between them. */
  readonly loudspeakers: readonly Device[];
  /** What the user chose; `null`: the system's choice. */
  readonly chosenMicrophone: string | null;
  readonly chosenLoudspeaker: string | null;
}

export function devicesFinding(seen: DevicesSeen): Finding {
  const { isMicrophoneWanted, microphones, loudspeakers, chosenMicrophone, chosenLoudspeaker } = seen;
  if (microphones.length === 0 && isMicrophoneWanted)
    return error(
      "There is no microphone.",
      "Connect one, and see that the system's settings do not switch it off. Or go on by text: setAudioInput(false).",
    );
  // A page that may not see names may not see ids either.
  if (isMissing(chosenMicrophone, microphones))
    return warning(
      "The microphone that was chosen is not there: the system's choice is used instead.",
      "Connect it, or choose another by setPreferredInputDevice().",
    );
  if (isMissing(chosenLoudspeaker, loudspeakers))
    return warning(
      "The loudspeaker that was chosen is not there: the system's choice is used instead.",
      "Connect it, or choose another by setOutputDevice().",
    );
  return ok(`${counted(microphones, "microphone")}; ${counted(loudspeakers, "loudspeaker")}.`);
}

function isMissing(chosen: string | null, devices: readonly Device[]): boolean {
  const isKnown = devices.some(({ deviceId }) => deviceId !== "");
  return chosen !== null && isKnown && !devices.some(({ deviceId }) => deviceId === chosen);
}

function counted(devices: readonly Device[], what: string): string {
  if (devices.length === 0) return `no ${what} is listed`;
  const label = devices.find((device) => device.default)?.label;
  const number = `${devices.length} ${what}${devices.length === 1 ? "" : "s"}`;
  return label ? `${number}, by default "${label}"` : number;
}

/** How loud the microphone was. */
export interface LevelSeen {
  readonly isMuted: boolean;
  /** Whether the browser holds all sound back, so that nothing could be heard of it. */
  readonly isBlocked: boolean;
  /** The loudest moment: RMS, 0..1. */
  readonly loudest: number;
  /** What the system calls the device; empty where it is not known. */
  readonly label: string;
}

/** Below this many dBFS a microphone is called quiet: what a good one hears of a room in which nobody speaks. */
const quietDb = -60;

export function microphoneFinding(seen: MicrophoneSeen, level: LevelSeen | null): Finding {
  if (seen.type === "unused") return ok(seen.why);
  if (seen.type === "refused") {
    if (ofPermission.includes(seen.error.code))
      return error("The microphone could not be opened, for want of a permission.", "See the check permission.");
    return failed(seen.error, "Choose another microphone.");
  }
  if (!level) return warning("The microphone is open, and could not be listened to.", "Run the diagnosis again.");
  const name = level.label ? `"${level.label}"` : "The microphone";
  if (level.isMuted) return warning(`${name} is muted.`, "Call unmute().");
  if (level.isBlocked)
    return warning(
      `${name} is open, and the browser holds its sound back.`,
      "Run the diagnosis in a click: see the check autoplay.",
    );
  if (level.loudest === 0)
    return error(
      `${name} delivers nothing but silence.`,
      "Look for a switch on the headset or keyboard, and the level in the system's settings, or choose another microphone.",
    );
  const decibels = Math.round(20 * Math.log10(level.loudest));
  const hint = decibels < quietDb ? " It was quiet: speak while the diagnosis runs to see how well you are heard." : "";
  return ok(`${name} is heard, at most ${decibels} dB.${hint}`);
}

export type SoundSeen =
  /** It is not to be started, and why. */
  { type: "unused"; why: string } | { type: "running" } | { type: "blocked" } | { type: "absent" };

export function autoplayFinding(seen: SoundSeen): Finding {
  switch (seen.type) {
    case "unused":
      return ok(seen.why);
    case "running":
      return ok("The browser lets the page play sound.");
    case "blocked":
      return warning(
        "The browser holds all sound back until the user clicks or types.",
        "Call connect() in a click, or show a button that calls resumeAudio() while audioBlocked is true.",
      );
    case "absent":
      return error("The browser gives no AudioContext.", "Use a current browser, and close what else plays sound.");
  }
}

export type DetectorSeen =
  /** Nothing is to be detected, and why. */
  | { type: "unused"; why: string }
  | { type: "running"; vad: string }
  /** The session's detector failed: loudness goes on alone where it `isHeard`. */
  | { type: "broken"; isHeard: boolean }
  | { type: "failed"; error: Failure };

export function detectorFinding(seen: DetectorSeen): Finding {
  switch (seen.type) {
    case "unused":
      return ok(seen.why);
    case "running":
      return ok(`Speech can be detected by ${seen.vad}.`);
    case "broken":
      return warning(
        seen.isHeard
          ? "The model that detects speech failed in this session: loudness alone decides."
          : "Nothing detects speech in this session: everything is sent.",
        "The log has the reason: exportSessionLog(). Then connect() anew.",
      );
    case "failed":
      return detectorFailed(seen.error);
  }
}

/** The audio package names its own options, which are called otherwise here. */
function detectorFailed(cause: Failure): Finding {
  const { message, remedy } = adviceOf(cause, "Check the network.");
  if (cause.code === "worklet-load")
    return warning(
      message,
      "Host @layercode/audio/detector.js on the page's own origin and give its address as vadWorkletUrl, or allow blob: in script-src. Until then everything is sent.",
    );
  if (cause.code === "detector-failed")
    return warning(
      message,
      "Check the network, or host @layercode/audio/silero-v6.bin and give its address as vadModelUrl. Until then loudness alone decides.",
    );
  return warning(message, remedy);
}

export type EndpointSeen =
  | { type: "session" }
  /** A session was authorized, for the check itself. */
  | { type: "authorized" }
  /** It was asked without an agent. `isThere`: something there answers a POST; `isOpen`: it gave a session all the same. */
  | { type: "answered"; address: string; status: number; isThere: boolean; isOpen: boolean; message: string }
  /** The page's Content-Security-Policy lets nothing go there. */
  | { type: "forbidden"; address: string }
  | { type: "failed"; error: Failure };

export function endpointFinding(seen: EndpointSeen): Finding {
  switch (seen.type) {
    case "session":
      return ok("It has let this session in.");
    case "authorized":
      return ok("It has let a session in, opened for this check.");
    case "forbidden":
      return forbidden("The authorize endpoint", seen.address);
    case "failed":
      return failed(seen.error, "See the backend's log.");
    case "answered":
      return answeredFinding(seen);
  }
}

function answeredFinding(seen: Extract<EndpointSeen, { type: "answered" }>): Finding {
  const { address, status, isThere, isOpen } = seen;
  if (isOpen) return ok(`${address} answers, with a session though it was asked without an agent.`);
  // Nobody was named who would talk: whether this user may is only seen in a session.
  if (isThere && (status === 401 || status === 403))
    return warning(
      adviceOf(seen, "").message,
      "Sign in, or allow this page's origin; then try the whole way: { openSession: true }.",
    );
  const isRefusal = status >= 400 && status < 500 && status !== 402 && status !== 429;
  if (isThere && isRefusal) return ok(`${address} answers, and refuses a request without an agent (${status}).`);
  return failed(seen, "See the backend's log.");
}

export type SocketSeen =
  | { type: "session" }
  /** `isSession`: one that was authorized for the check. */
  | { type: "opened"; address: string; isSession: boolean }
  /** There is a server, which refused a socket without a session's key. */
  | { type: "answered"; address: string }
  | { type: "forbidden"; address: string }
  /** It did not open without a session's key, and the page's Content-Security-Policy forbids to ask why. */
  | { type: "untold"; address: string }
  /** It closed, or never opened, with this close code. */
  | { type: "closed"; address: string; code: number; reason: string }
  /** Not tried, because the endpoint let no session in. */
  | { type: "skipped" };

export function socketFinding(seen: SocketSeen): Finding {
  switch (seen.type) {
    case "session":
      return ok("The session's connection is open.");
    case "opened":
      return ok(`${seen.address} opens${seen.isSession ? " for a session, which was closed at once" : ""}.`);
    case "answered":
      return ok(`The server of ${seen.address} answers. Only { openSession: true } tries a session.`);
    case "forbidden":
      return forbidden("The connection", seen.address);
    case "untold":
      return warning(
        `Whether ${seen.address} opens is not known, because the page's Content-Security-Policy forbids to ask.`,
        "Try the whole way: { openSession: true }.",
      );
    case "closed":
      return error(
        `${seen.address} could not be opened (close code ${seen.code}${seen.reason && `: ${seen.reason}`}).`,
        'Check the network, and that no firewall or proxy keeps WebSockets back; and the option "url", where it is given.',
      );
    case "skipped":
      return warning("Without a session there is nothing to open.", "See the check endpoint.");
  }
}

function forbidden(what: string, address: string): Finding {
  const { protocol, host } = new URL(address);
  return error(
    `${what} ${address} is forbidden by the page's Content-Security-Policy.`,
    `Add ${protocol}//${host} to its connect-src directive.`,
  );
}
