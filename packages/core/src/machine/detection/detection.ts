import type { DetectionSettings, SpeechEvent } from "../../audio/ports.js";
import type { AgentConfig } from "../../authorization/schema.js";
import type { Playback } from "../../conversation/playback.js";
import type { ClientVadEventsMessage } from "../../protocol/client-messages.js";
import { chain, next, type Transition } from "../../transition.js";
import type { Input } from "../channels/input.js";
import type { Phase } from "../connection/connection.js";
import type { Settings } from "../settings.js";
import { detectionSettings } from "./detection-settings.js";

/** Listening for the user's speech on this device. What is optional is not there before a session first listens. */
export interface Detection {
  /** How the microphone was asked to listen; `null`: not at all. */
  readonly asked: DetectionSettings | null;
  /** Whether it does: one of the app's own may not be able to, another has code to load first. Until then all is sent. */
  readonly isRunning?: boolean;
  /** Whether the detector that was asked for detects nothing, and never will. */
  readonly isBroken?: boolean;
  /** Whether the player can pause and get quieter: one of the app's own may not be able to. */
  readonly canHold?: boolean;
  /** Whether the user speaks. */
  readonly isSpeaking: boolean;
  /**
   * The user is heard to talk while muted, and nobody else is told. `before`: it began before the mute, so that it is no
   * mistake yet.
   */
  readonly whileMuted?: "before" | "talking" | null;
  /** Whether the server of this connection was told that the user speaks. */
  readonly isTold?: boolean;
  /**
   * Whether the server has said anything since the user began to speak (`came`), or is still to (`awaited`); `missed`: it
   * has not, and the connection was doubted for it.
   */
  readonly sign?: "came" | "awaited" | "missed";
  /** Whether the model failed, and the server was told. */
  readonly failure?: "untold" | "told";
  /** How often in this session the agent was held for nothing. */
  readonly falseAlarms?: number;
}

/** What detection wants done. */
export type DetectionEffect = { type: "setDetection"; settings: DetectionSettings | null };

/** What detection tells the other slices. */
export type DetectionSignal =
  /** The server, and the app, are to know. */
  | { signal: "vadReported"; event: ClientVadEventsMessage["event"] }
  | { signal: "speechStarted"; held: Playback["held"]; bargeIn: DetectionSettings["bargeIn"] }
  | { signal: "speechEnded" }
  /** Nobody listens for speech any more. */
  | { signal: "detectionEnded" }
  /** The user has spoken, and the server has said nothing at all. */
  | { signal: "speechUnanswered" };

type DetectionTransition = Transition<Detection, DetectionEffect | DetectionSignal>;

/** What detection has to know of its surroundings. */
interface DetectionContext {
  readonly settings: Settings;
  readonly phase: Phase;
  readonly config: AgentConfig | null;
  readonly isConnected: boolean;
  readonly isPushToTalk: boolean;
  readonly isListening: boolean;
  readonly microphone: Input;
  readonly isMicrophoneOpen: boolean;
  readonly canInterrupt: boolean;
  readonly isAgentQueued: boolean;
}

/** After so many false alarms in a session the agent gets quieter where it would have paused. */
const falseAlarmLimit = 2;

/** Asked after every event: the microphone listens as what is known now says. */
function follow(detection: Detection, _signal: unknown, context: DetectionContext): DetectionTransition {
  return chain(
    detection,
    (before) => ask(before, null, context),
    (before) => followMute(before, context),
    (before) => tellFailure(before, null, context),
  );
}

/** What the user says counts no more from the mute on, and again from its end on, also in the middle of a sentence. */
function followMute(detection: Detection, context: DetectionContext): DetectionTransition {
  const { asked, isSpeaking, whileMuted } = detection;
  if (!asked) return next(whileMuted ? { ...detection, whileMuted: null } : detection);
  if (whileMuted && context.isListening) return speechBegun({ ...detection, whileMuted: null }, asked, null, context);
  if (!isSpeaking || context.isListening) return next(detection);
  return chain(
    { ...detection, whileMuted: "before" } as Detection,
    (before) => speechOver(before, context),
    (before) => next(before, { signal: "detectionEnded" } as const),
  );
}

function ask(detection: Detection, _signal: unknown, context: DetectionContext): DetectionTransition {
  const wanted = wantedOf(detection, context);
  const { asked, isRunning = false, isBroken = false } = detection;
  if (isSame(wanted, asked)) return next(detection);
  if (!wanted) return stop(detection, null, context);
  // One that listens already, or cannot, goes on so while it is told otherwise.
  const goesOn = isSameDetector(wanted, asked);
  const begun = { ...detection, asked: wanted, isRunning: goesOn && isRunning, isBroken: goesOn && isBroken };
  return next(begun, { type: "setDetection", settings: wanted });
}

function wantedOf(detection: Detection, context: DetectionContext): DetectionSettings | null {
  const { settings, phase, config, isPushToTalk, isListening, microphone, isMicrophoneOpen } = context;
  // Before the first answer of the backend there is no configuration of this session.
  const isConfigured = phase.name !== "idle" && (phase.name !== "authorizing" || phase.reconnecting !== null);
  const isHinting = microphone.isOn && microphone.muted === "hint";
  if (!isConfigured || isPushToTalk || !(isListening || isHinting) || !isMicrophoneOpen) return null;
  // Whoever is muted interrupts nobody: the audio thread must not hold the agent by itself.
  return detectionSettings(settings, config?.vad, isListening ? bargeInOf(detection, context) : "off");
}

/** What the microphone may do with the player by itself: never more than that can, nor than its agent lets speech do. */
function bargeInOf(
  { canHold = true, falseAlarms = 0 }: Detection,
  { settings, canInterrupt }: DetectionContext,
): DetectionSettings["bargeIn"] {
  if (settings.bargeIn !== "local" || !canInterrupt || !canHold) return "off";
  return falseAlarms < falseAlarmLimit ? "pause" : "duck";
}

/** Which detector is asked for; the other settings are rules by which it judges. */
const ofDetector = ["vad", "modelUrl", "workletUrl"] as const;

type Asked = DetectionSettings | null;

function isSameDetector(one: Asked, other: Asked): boolean {
  return ofDetector.every((name) => isEqual(one?.[name], other?.[name]));
}

function isSame(one: Asked, other: Asked): boolean {
  const names = Object.keys(one ?? {}) as (keyof DetectionSettings)[];
  return isSameDetector(one, other) && names.every((name) => isEqual(one?.[name], other?.[name]));
}

/** A component that renders makes new addresses; a detector of the app's own is itself only. */
function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (one instanceof URL && one.href === String(other));
}

/** Nobody listens any more. Speech that is under way ends with it. */
function stop(detection: Detection, _signal: unknown, context: DetectionContext): DetectionTransition {
  if (!detection.asked) return next(detection);
  return chain(
    detection,
    (before) => next({ ...before, asked: null }, { type: "setDetection", settings: null } as const),
    (before) => (before.isSpeaking ? speechOver(before, context) : next(before)),
    (before) => next(before, { signal: "detectionEnded" } as const),
  );
}

/** The microphone hears speech, or no more of it. What it reports of a detection that has ended is too late. */
function heard(
  detection: Detection,
  { speech }: { speech: SpeechEvent },
  context: DetectionContext,
): DetectionTransition {
  const { asked, isSpeaking, whileMuted, sign } = detection;
  if (speech.type !== "start") {
    if (whileMuted) return next({ ...detection, whileMuted: null });
    if (!isSpeaking) return next(detection);
    // What is said over the agent, or was no speech, may be nothing that a server answers.
    const isUnanswered = speech.type === "end" && sign === "awaited" && context.isConnected && !context.isAgentQueued;
    return chain(
      detection,
      (before) => speechOver(before, context),
      (before) =>
        isUnanswered
          ? next({ ...before, sign: "missed" as const }, { signal: "speechUnanswered" } as const)
          : next(before),
    );
  }
  if (!asked) return next(detection, { signal: "detectionEnded" });
  if (context.isListening) return speechBegun(detection, asked, speech.held, context);
  // A hold that crosses the mute ends with it.
  return next({ ...detection, whileMuted: "talking" }, ...(speech.held ? [{ signal: "detectionEnded" } as const] : []));
}

function speechBegun(
  detection: Detection,
  { bargeIn }: DetectionSettings,
  held: Playback["held"],
  context: DetectionContext,
): DetectionTransition {
  const sign = detection.sign === "missed" ? detection.sign : "awaited";
  return chain(
    { ...detection, isSpeaking: true, sign } as Detection,
    (before) => tellStart(before, null, context),
    (before) => next(before, { signal: "speechStarted", held, bargeIn } as const),
  );
}

/** The user speaks: the server is told as soon as there is one. */
function tellStart(
  detection: Detection,
  _signal: unknown,
  { isConnected }: { isConnected: boolean },
): DetectionTransition {
  if (!isConnected || !detection.isSpeaking || detection.isTold) return next(detection);
  return next({ ...detection, isTold: true }, { signal: "vadReported", event: "vad_start" });
}

/** The user has stopped, and a server that knew of the beginning is told of the end. */
function speechOver(detection: Detection, { isConnected }: { isConnected: boolean }): DetectionTransition {
  const isOwed = detection.isTold && isConnected;
  return next(
    { ...detection, isSpeaking: false, isTold: false },
    ...(isOwed ? [{ signal: "vadReported", event: "vad_end" } as const] : []),
    { signal: "speechEnded" },
  );
}

/** Loudness goes on alone, or nothing is detected any more: then nothing waits for speech, and none goes on for ever. */
function failed(
  detection: Detection,
  { error }: { error: { code?: string } },
  context: DetectionContext,
): DetectionTransition {
  const isRunning = error.code === "detector-failed";
  return chain(
    { ...detection, isRunning, isBroken: !isRunning, failure: detection.failure ?? "untold" } as Detection,
    (before) => (isRunning || !before.isSpeaking ? next(before) : speechOver(before, context)),
    (before) => tellFailure(before, null, context),
  );
}

/** The server is told once a session; nothing while the user is muted. */
function tellFailure(
  detection: Detection,
  _event: unknown,
  { isConnected, isListening }: { isConnected: boolean; isListening: boolean },
): DetectionTransition {
  if (!isConnected || !isListening || detection.failure !== "untold") return next(detection);
  return next({ ...detection, failure: "told" }, { signal: "vadReported", event: "vad_model_failed" });
}

export const detectionHandlers = {
  eventEnded: follow,
  detectionAnswered: (
    detection: Detection,
    { asked, isRunning, canHold }: { asked: DetectionSettings; isRunning: boolean; canHold: boolean },
  ) =>
    next(
      asked === detection.asked ? { ...detection, isRunning: isRunning && !detection.isBroken, canHold } : detection,
    ),
  speech: heard,
  detectorFailed: failed,
  /** The server of this connection knows nothing yet. */
  connected: (detection: Detection, _signal: unknown, context: DetectionContext) =>
    chain(
      detection,
      (before) => tellStart(before, null, context),
      (before) => tellFailure(before, null, context),
    ),
  connectionLost: (detection: Detection) => next(detection.isTold ? { ...detection, isTold: false } : detection),
  socketMessage: (detection: Detection) =>
    next(detection.sign === "came" ? detection : { ...detection, sign: "came" as const }),
  falseAlarm: (detection: Detection) => next({ ...detection, falseAlarms: (detection.falseAlarms ?? 0) + 1 }),
  sessionEnding: (detection: Detection, _signal: unknown, context: DetectionContext) =>
    chain(
      detection,
      (before) => stop(before, null, context),
      () => next({ asked: null, isSpeaking: false } as Detection),
    ),
};
