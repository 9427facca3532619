import { fakeDevice } from "@layercode/client-testing";
import type { DetectionSettings, SpeechEvent } from "../src/audio/ports.js";
import type { PlayerReport } from "../src/conversation/player-reports.js";
import type { AudioRequest } from "../src/machine/channels/audio.js";
import type { ChannelName, DeviceRequest } from "../src/machine/channels/channel.js";
import type { ReconnectOptions } from "../src/machine/connection/reconnect-policy.js";
import type { Effect } from "../src/machine/effects.js";
import type { ClientEvent, Request, TimerName } from "../src/machine/events.js";
import { type Handlers, reduce } from "../src/machine/machine.js";
import { initialModel, type Model } from "../src/machine/model.js";
import type { Outgoing } from "../src/machine/outbox/outbox.js";
import { sessionHandlers } from "../src/machine/session.js";
import { failure, start } from "./slices.js";

// What a runtime would do with the effects of the machine, as plain values: so only what can happen, happens.

export interface World {
  readonly model: Model;
  /** None, until the code of a session is there. */
  readonly session: Handlers;
  readonly now: number;
  readonly timers: ReadonlySet<TimerName>;
  /** What devices and audio were asked for, and have not answered. */
  readonly asked: readonly (AudioRequest | DeviceRequest)[];
  /** What was written, newest last. */
  readonly written: readonly Outgoing[];
  /** How many calls the app has made: they are numbered from 1. */
  readonly callCount: number;
  /** The calls that were told how they ended. */
  readonly settled: readonly number[];
  readonly effects: readonly Effect[];
  /** How the microphone listens for speech. */
  readonly detection: DetectionSettings | null;
  /** Whether the player was held, and nobody has released it. */
  readonly isPlayerHeld: boolean;
  /** Whether the list of microphones is watched. */
  readonly isWatched: boolean | "permitted";
  /** Whether the list of loudspeakers is. */
  readonly areOutputsWatched: boolean;
}

/** Chooses one of so many, or of these. */
export interface Dice {
  among<T>(...choices: T[]): T;
}

export function worldOf(): World {
  return {
    model: deepFrozen(initialModel(start)),
    session: {},
    now: 100_000,
    timers: new Set(),
    asked: [],
    written: [],
    callCount: 0,
    settled: [],
    effects: [],
    detection: null,
    isPlayerHeld: false,
    isWatched: false,
    areOutputsWatched: false,
  };
}

/** The world after an event, and after what the runtime did with its effects. */
export function after(world: World, event: ClientEvent, ms = 0): World {
  const now = world.now + ms;
  const session = event.type === "sessionLoaded" ? sessionHandlers : world.session;
  const { state, effects } = reduce(world.model, deepFrozen(event), {
    session,
    now,
    time: 1_700_000_000_000 + now,
    random: 0.5,
  });
  const timers = new Set(world.timers);
  timers.delete(event.type as TimerName);
  const asked = world.asked.filter((request) => !("request" in event) || request !== event.request);
  const written = world.written.filter((one) => event.type !== "unsent" || one.message !== event.message);
  const settled = [...world.settled];
  let { detection } = world;
  let { isWatched, areOutputsWatched } = world;
  let isPlayerHeld = world.isPlayerHeld || (event.type === "speech" && "held" in event.speech && !!event.speech.held);
  for (const effect of effects) {
    if (effect.type === "schedule") timers.add(effect.timer);
    else if (effect.type === "cancel") timers.delete(effect.timer);
    else if (effect.type === "close") timers.clear();
    else if (effect.type === "send") written.push(effect);
    else if (effect.type === "setDetection") detection = effect.settings;
    else if (effect.type === "holdAgent") isPlayerHeld = true;
    else if (effect.type === "releaseAgent") isPlayerHeld = false;
    else if (effect.type === "watchInputDevices") isWatched = effect.on;
    else if (effect.type === "watchOutputDevices") areOutputsWatched = effect.on;
    if (effect.type === "setDevice" || effect.type === "prepare" || effect.type === "resumeAudio") asked.push(effect);
    else if ("calls" in effect) settled.push(...effect.calls);
  }
  const callCount = "call" in event && event.type !== "connectAborted" ? world.callCount + 1 : world.callCount;
  const told = { written, callCount, settled, effects };
  const watched = { isWatched, areOutputsWatched };
  return { model: deepFrozen(state), session, now, timers, asked, ...told, detection, isPlayerHeld, ...watched };
}

/** Every event that there is, as it may come now; `null` where it cannot. A new one does not compile without its line. */
export const happenings: Record<ClientEvent["type"], (world: World, dice: Dice) => ClientEvent | null> = {
  connect: (world) => called(world, { type: "connect" }),
  disconnect: (world) => called(world, { type: "disconnect" }),
  press: (world) => called(world, { type: "press", at: 1 }),
  release: (world) => called(world, { type: "release", at: 2 }),
  sendText: (world, dice) => called(world, { type: "sendText", text: dice.among("yes", "no") }),
  unknownOption: () => ({ type: "unknownOption", name: "onMesage", meant: "onMessage" }),
  unknownEvent: () => ({ type: "unknownEvent", name: "nothing" }),
  // A report for the app alone: it changes nothing.
  turnSummarized: () => null,
  speakingTogether: () => ({ type: "speakingTogether" }),
  sendData: (world) => called(world, { type: "sendData", data: {} }),
  setChannel: (world, dice) =>
    called(world, { type: "setChannel", channel: dice.among(...channels), on: dice.among(true, false) }),
  setMuted: (world, dice) =>
    called(world, { type: "setMuted", muted: dice.among("plain", "hint", "release", null, null) }),
  preferInputDevice: (world, dice) =>
    called(world, { type: "preferInputDevice", deviceId: dice.among(null, "a", "b") }),
  setOutputDevice: (world, dice) => called(world, { type: "setOutputDevice", deviceId: dice.among(null, "a", "b") }),
  setVolume: (world) => called(world, { type: "setVolume", volume: 0.5 }),
  resumeAudio: (world) => called(world, { type: "resumeAudio" }),
  prepare: (world) => called(world, { type: "prepare" }),
  connectAborted: ({ callCount }, dice) => ({ type: "connectAborted", call: callCount - dice.among(0, 1, 2) }),
  settingsChanged: ({ model }, dice) => ({
    type: "settingsChanged",
    settings: {
      ...model.settings,
      reconnect: dice.among<ReconnectOptions | false>({}, false),
      enableVAD: dice.among(true, true, false),
      bargeIn: dice.among("local", "local", "server", "off"),
    },
  }),
  conversationChosen: (_, dice) => ({ type: "conversationChosen", conversationId: dice.among(null, "x") }),
  sessionLoaded: ({ session, model }) =>
    session === sessionHandlers || model.connection.attempt === 0 ? null : { type: "sessionLoaded" },
  authorized: ({ model, session }, dice) =>
    session !== sessionHandlers || model.connection.phase.name !== "authorizing"
      ? null
      : {
          type: "authorized",
          ...attemptOf(model),
          clientSessionKey: "key",
          conversationId: "conv",
          config: dice.among(
            null,
            { transcription: { trigger: "push_to_talk" } } as never,
            { transcription: { trigger: "automatic", can_interrupt: false } } as never,
          ),
        },
  connectFailed: ({ model }, dice) =>
    model.connection.phase.name !== "authorizing"
      ? null
      : { type: "connectFailed", ...attemptOf(model), error: failure(dice.among("connection", "aborted")) },
  socketOpened: ({ model }) =>
    model.connection.phase.name === "opening" ? { type: "socketOpened", ...attemptOf(model) } : null,
  socketMessage: ({ model }, dice) => (isUp(model) ? { ...messageOf(dice), ...attemptOf(model) } : null),
  socketClosed: ({ model }, dice) =>
    isUp(model) || model.connection.phase.name === "opening"
      ? {
          type: "socketClosed",
          ...attemptOf(model),
          code: dice.among(1006, 1001, 1000, 1008),
          reason: "",
          wasClean: dice.among(true, false),
        }
      : null,
  unsent: ({ written }) => {
    const { message, messageId } = written.at(-1) ?? {};
    return message ? { type: "unsent", message, messageId } : null;
  },
  toolSettled: ({ model }, dice) => {
    const callId = [...model.toolCalls.running, ...model.toolCalls.known].at(-1);
    const outcome = { output: dice.among(null, { done: true }) };
    return callId === undefined
      ? null
      : { type: "toolSettled", callId, outcome, ...dice.among({}, { error: failure("tool-failed") }) };
  },
  flushed: ({ model }, dice) => ({ type: "flushed", press: model.talk.pressCount - dice.among(0, 1) }),
  pageChanged: (_, dice) => ({
    type: "pageChanged",
    online: dice.among(true, false),
    visible: dice.among(true, false),
  }),
  woken: () => ({ type: "woken" }),
  uplinkCongested: () => ({ type: "uplinkCongested" }),
  uplinkStalled: ({ model }) =>
    model.connection.phase.name === "connected" ? { type: "uplinkStalled", ...attemptOf(model) } : null,
  recordingFailed: () => ({ type: "recordingFailed", error: failure("recording-failed") }),
  takenOver: (_, dice) =>
    dice.among<ClientEvent>(
      { type: "takenOver", by: "tab", error: failure("aborted") },
      { type: "takenOver", by: "page" },
    ),
  channelOpened: ({ model }, dice) => {
    const channel = dice.among(...channels);
    return model[channel].status !== "opening"
      ? null
      : {
          type: "channelOpened",
          channel,
          id: model[channel].id,
          deviceId: dice.among(null, "a", "b", "default"),
          canSetDevice: dice.among(true, false),
        };
  },
  channelFailed: ({ model }, dice) => {
    const channel = dice.among(...channels);
    return model[channel].status === "off"
      ? null
      : {
          type: "channelFailed",
          channel,
          id: model[channel].id,
          error: failure(dice.among("permission-denied", "device-not-found", "device-in-use")),
        };
  },
  microphoneSilent: ({ model }, dice) => ({
    type: "microphoneSilent",
    channel: "audioInput",
    id: model.audioInput.id,
    silent: dice.among(true, false),
  }),
  microphoneMuted: ({ model }, dice) =>
    model.audioInput.status === "open"
      ? { type: "microphoneMuted", channel: "audioInput", id: model.audioInput.id, muted: dice.among(true, false) }
      : null,
  inputDevicesListed: ({ isWatched }, dice) =>
    isWatched
      ? {
          type: "inputDevicesListed",
          devices: dice.among(["a"], ["a", "b"], ["b", "a"], []).map((id, n) => fakeDevice(id, { default: n === 0 })),
        }
      : null,
  outputDevicesListed: ({ areOutputsWatched }, dice) =>
    areOutputsWatched
      ? {
          type: "outputDevicesListed",
          devices: dice.among(["a"], ["a", "b"], ["b"], []).map((id) => fakeDevice(id)),
        }
      : null,
  devicesListed: () => ({
    type: "devicesListed",
    listed: {
      inputDevices: [fakeDevice("a")],
      inputPermission: "granted",
      outputDevices: [],
      outputPermission: "unsupported",
    },
  }),
  // What was on its way when the microphone was told to listen no more comes all the same, as long as it is open.
  speech: ({ model, detection, session }, dice) => {
    if (session !== sessionHandlers || model.audioInput.status !== "open") return null;
    const held = detection ? dice.among("paused", "ducked", null) : dice.among("paused", null);
    const speech = dice.among<SpeechEvent>(
      { type: "start", time: 1, held },
      { type: "end", time: 2 },
      { type: "misfire", time: 2 },
    );
    return { type: "speech", channel: "audioInput", id: model.audioInput.id, speech };
  },
  detectorFailed: ({ model }, dice) => ({
    type: "detectorFailed",
    channel: "audioInput",
    id: model.audioInput.id,
    error: failure(dice.among("worklet-load", "invalid-option")),
  }),
  detectionAnswered: ({ detection }, dice) =>
    detection
      ? {
          type: "detectionAnswered",
          asked: detection,
          isRunning: dice.among(true, true, false),
          canHold: dice.among(true, true, false),
        }
      : null,
  audioBlocked: (_, dice) => ({ type: "audioBlocked", blocked: dice.among(true, false) }),
  audioAnswered: ({ asked }, dice) => {
    const request = asked.find((one) => one.type !== "setDevice");
    return request ? { type: "audioAnswered", request, ...dice.among({}, { error: failure("audio-blocked") }) } : null;
  },
  deviceAnswered: ({ asked }, dice) => {
    const request = asked.find((one) => one.type === "setDevice");
    const outcome = dice.among({}, { error: failure("device-not-found") }, { error: failure("aborted") });
    return request
      ? { type: "deviceAnswered", channel: request.channel, request, deviceId: request.deviceId, ...outcome }
      : null;
  },
  playerFull: ({ model }, dice) => ({
    type: "playerFull",
    ...playerOf(model),
    turnId: positionOf(model, dice).turnId,
  }),
  playbackStarted: ({ model }, dice) => ({
    type: "playbackStarted",
    ...playerOf(model),
    turnId: positionOf(model, dice).turnId,
  }),
  playbackRanDry: playerReports("playbackRanDry"),
  playbackFinished: playerReports("playbackFinished"),
  playbackInterrupted: playerReports("playbackInterrupted"),
  graceExpired: fired("graceExpired"),
  silentTurnExpired: fired("silentTurnExpired"),
  connectTimedOut: fired("connectTimedOut"),
  attemptDue: fired("attemptDue"),
  replyOverdue: fired("replyOverdue"),
  flushExpired: fired("flushExpired"),
  resumeDue: fired("resumeDue"),
  promptExpired: fired("promptExpired"),
  systemMuteLasts: fired("systemMuteLasts"),
};

const channels = ["audioInput", "audioOutput"] as const satisfies readonly ChannelName[];
const turns = ["a", "assistant-a", "b"] as const;

function called(world: World, request: Request): ClientEvent {
  return { ...request, call: world.callCount + 1 };
}

function fired(type: TimerName) {
  return ({ timers }: World): ClientEvent | null => (timers.has(type) ? { type } : null);
}

function attemptOf({ connection }: Model) {
  return { attempt: connection.attempt };
}

function playerOf({ audioOutput }: Model) {
  return { channel: "audioOutput", id: audioOutput.id } as const;
}

function playerReports(type: PlayerReport) {
  return ({ model }: World, dice: Dice): ClientEvent => ({
    type,
    ...playerOf(model),
    position: positionOf(model, dice),
  });
}

/** Mostly of a turn that the player has, or had. */
function positionOf({ conversation: { playback } }: Model, dice: Dice) {
  const { queuedTurnIds, awaitingHeardPosition } = playback;
  const turnId = dice.among(...queuedTurnIds, ...awaitingHeardPosition, dice.among(...turns));
  return { turnId, deltaId: dice.among(null, "d"), ms: dice.among(0, 100) };
}

function isUp({ connection: { phase } }: Model): boolean {
  return phase.name === "open" || phase.name === "connected";
}

function messageOf(dice: Dice): Extract<ClientEvent, { type: "socketMessage" }> {
  const turn_id = dice.among(...turns);
  const role = dice.among("user", "assistant");
  const content = dice.among("yes", "Well, no.");
  const message = dice.among<object>(
    { type: "turn.start", role, turn_id },
    { type: "turn.start", role },
    { type: "turn.end", role, turn_id },
    { type: "response.text", turn_id, content },
    { type: "response.text.delta", turn_id, content },
    { type: "response.audio", turn_id, content: "" },
    { type: "response.audio", turn_id: "a", content: "" },
    { type: "response.audio", turn_id: "a", content: "", delta_id: "d" },
    { type: "response.end", turn_id },
    { type: "response.data", turn_id, content: 1 },
    { type: "response.data", turn_id, content: { layercode_tool_call: { id: dice.among("c1", "c2"), name: "a" } } },
    { type: "user.transcript", turn_id, content },
    { type: "user.transcript.delta", turn_id, content, delta_counter: 1 },
    { type: "unknown", raw: { type: "new" } },
  );
  const frame = dice.among<object>({ ok: true, message }, { ok: true, message }, { ok: false, error: failure() });
  return { type: "socketMessage", attempt: 0, frame, pcm: new Uint8Array(dice.among(320, 0)) } as never;
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(Object.freeze(value))) deepFrozen(part);
  return value;
}
