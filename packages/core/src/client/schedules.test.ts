import { FakeDetectingMicrophone, FakePausableSpeaker, FakeSwitchableMicrophone } from "@layercode/client-testing";
import { busyFor, sleepFor } from "@layercode/client-testing/vitest";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createPlayground, type Playground } from "../../test/playground.js";
import { methods } from "../../test/reentry.js";
import { audioContent, deferred, loadCode, settleLoaded } from "../../test/world.js";
import type { Model } from "../machine/model.js";
import { eventNames } from "../options/unknown-names.js";
import type { ClientStats } from "../stats/client-stats.js";
import { dispatchers } from "./dispatchers.js";

vi.mock("@layercode/audio");

// How many schedules are tried; `SCHEDULE="seed/path"`, which a failure prints, tries that one again.
const runs = Number(process.env.SCHEDULES ?? 300);
// Short ones in `npm test`; as long as may be where twenty times as many are tried.
const size = runs > 1000 ? "max" : "small";
const [replayedSeed, replayedPath] = process.env.SCHEDULE?.split("/") ?? [];

beforeAll(loadCode);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const drop = (code: number, wasClean: boolean) => (scene: Playground) =>
  isUp(scene) && scene.socket?.drop(code, "", wasClean);
const answers =
  (status: number, headers = {}) =>
  (scene: Playground) => {
    scene.answerWith(async () => Response.json({ error: "No." }, { status, headers }));
  };
const advance = (ms: number) => () => vi.advanceTimersByTime(ms);

// What an app does, and what the world does to it; each may come at any time.
const actions: Record<string, (scene: Playground) => unknown> = {
  connect: (scene) => watch(scene, scene.client.connect()),
  "connect with a signal": (scene) => watch(scene, scene.client.connect({ signal: scene.abort.signal })),
  "the signal fires": (scene) => {
    scene.abort.abort();
    scene.abort = new AbortController();
  },
  disconnect: (scene) => watch(scene, scene.client.disconnect()),
  "figures are asked for": (scene) =>
    watch(
      scene,
      scene.client.getStats().then((stats) => void expectFigures(scene, stats)),
    ),
  prepare: (scene) => watch(scene, scene.client.prepare()),
  "microphone on": (scene) => watch(scene, scene.client.setAudioInput(true)),
  "microphone off": (scene) => watch(scene, scene.client.setAudioInput(false)),
  "sound on": (scene) => watch(scene, scene.client.setAudioOutput(true)),
  "sound off": (scene) => watch(scene, scene.client.setAudioOutput(false)),
  "another microphone is chosen": (scene) => {
    const chosen = scene.client.getSnapshot().preferredInputDeviceId === "usb" ? null : "usb";
    watch(scene, scene.client.setPreferredInputDevice(chosen));
  },
  "the microphone is on another device": ({ microphone }) => devicesOf(microphone).at(-1)?.changing.resolve(),
  "the microphone refuses a device": ({ microphone }) =>
    devicesOf(microphone).at(-1)?.changing.reject(new Error("No.")),
  "another loudspeaker is chosen": (scene) => watch(scene, scene.client.setOutputDevice("hdmi")),
  "the system's loudspeaker is chosen": (scene) => watch(scene, scene.client.setOutputDevice(null)),
  "the loudspeaker answers": (scene) => scene.answerSpeaker(),
  "the loudspeaker refuses": (scene) => scene.answerSpeaker(false),
  "a loudspeaker comes": (scene) => scene.plugSpeakers(...new Set([...scene.pluggedSpeakers, "hdmi"])),
  "a loudspeaker goes": (scene) => scene.plugSpeakers("built-in"),
  "all loudspeakers go": (scene) => scene.plugSpeakers(),
  "options without sound": ({ client, options }) =>
    client.setOptions({ ...options, audioInput: false, audioOutput: false }),
  "options of another conversation": ({ client, options }) =>
    client.setOptions({ ...options, conversationId: "lc_conv_2" }),
  "options that mend nothing": ({ client, options }) => client.setOptions({ ...options, reconnect: false }),
  "metadata that never comes": ({ client, options }) =>
    client.setOptions({ ...options, metadata: () => new Promise(() => {}) }),
  "options without voice detection": ({ client, options }) => client.setOptions({ ...options, enableVAD: false }),
  "options that leave barge-in to the server": ({ client, options }) =>
    client.setOptions({ ...options, bargeIn: "server" }),
  "options as before": ({ client, options }) => client.setOptions(options),
  mute: ({ client }) => client.mute(),
  "mute, and the microphone is given back": ({ client }) => client.mute({ release: true }),
  "mute, and who talks is told": ({ client }) => client.mute({ hint: true }),
  "options that mute a hidden page": ({ client, options }) => client.setOptions({ ...options, onHidden: "mute" }),
  "options that end with a hidden page": ({ client, options }) => client.setOptions({ ...options, onHidden: "end" }),
  "a media control hangs up": ({ page }) => page.mediaSession.press("hangup"),
  "a media control mutes": ({ page }) => page.mediaSession.press("togglemicrophone"),
  unmute: (scene) => watch(scene, scene.client.unmute()),
  press: (scene) => watch(scene, scene.client.triggerUserTurnStarted()),
  release: (scene) => watch(scene, scene.client.triggerUserTurnFinished()),
  text: (scene) => watch(scene, scene.client.sendClientResponseText(`text ${scene.count++}`)),
  data: (scene) => watch(scene, scene.client.sendClientResponseData({ data: scene.count++ })),
  "server calls a tool": (scene) => {
    if (!isOpen(scene)) return;
    const id = `c${++scene.count}`;
    scene.calls.push(id);
    scene.socket?.says(callOf(id));
  },
  "server repeats a call": (scene) => says(scene, callOf(scene.calls.at(-1) ?? "none")),
  "a tool is done": ({ tools }) => toolOf(tools, (tool) => tool.resolve("done")),
  "a tool fails": ({ tools }) => toolOf(tools, (tool) => tool.reject(new Error("No."))),
  "authorization hangs": (scene) => {
    scene.answerWith(() => new Promise(() => {}));
  },
  "authorization is slow": (scene) => {
    scene.answerWith(() => new Promise((resolve) => scene.late.push(() => resolve(scene.wellBehaved()))));
  },
  "a slow authorization comes": ({ late }) => late.shift()?.(),
  "authorization is refused": answers(401),
  "authorization fails": answers(503),
  "authorization works": (scene) => {
    scene.answerWith(scene.wellBehaved);
  },
  "authorization asks to wait": answers(429, { "retry-after": "5" }),
  "authorization asks to wait for an hour": answers(503, { "retry-after": "3600" }),
  "authorization asks to wait until a date": (scene) =>
    answers(429, { "retry-after": new Date(Date.now() + 20_000).toUTCString() })(scene),
  "there is sound, or none": (scene) => {
    scene.hasSound = !scene.hasSound;
  },
  "microphone opens": ({ microphone }) => microphone.starts.at(-1)?.opening.resolve(),
  "microphone is denied": ({ microphone }) => microphone.starts.at(-1)?.opening.reject(new Error("Denied.")),
  "microphone is unplugged": ({ microphone }) => microphone.starts.at(-1)?.events.onEnded(new Error("Gone.")),
  "a microphone comes": (scene) =>
    scene.plug(...new Set([...scene.plugged, scene.plugged.length ? "usb" : "built-in"])),
  "the system prefers the newest microphone": (scene) => scene.plug(...new Set(["headset", ...scene.plugged])),
  "the system prefers another microphone": (scene) =>
    scene.plug(...scene.plugged.slice(1), ...scene.plugged.slice(0, 1)),
  // Its track ends, and then the browser lists what is left; the other way round where the device goes while it opens.
  "the microphone in use goes": (scene) => {
    const inUse = scene.microphone.stream?.getAudioTracks()[0]?.getSettings().deviceId ?? scene.plugged[0];
    scene.microphone.ends();
    scene.plug(...scene.plugged.filter((id) => id !== inUse));
  },
  "all microphones go": (scene) => {
    scene.plug();
    scene.microphone.ends();
  },
  "the microphone is not there": ({ microphone }) =>
    microphone.starts.at(-1)?.opening.reject(Object.assign(new Error("None."), { code: "device-not-found" })),
  "the microphone is in use": ({ microphone }) =>
    microphone.starts.at(-1)?.opening.reject(Object.assign(new Error("In use."), { code: "device-in-use" })),
  "the microphone's permission is taken back": ({ microphone, page }) => {
    page.permissions.change("denied");
    microphone.ends("permission-denied");
  },
  "the microphone is forbidden": ({ microphone }) =>
    microphone.starts.at(-1)?.opening.reject(Object.assign(new Error("No."), { code: "permission-denied" })),
  "the microphone's permission is given": ({ page }) => page.permissions.change("granted"),
  "the system mutes the microphone": ({ microphone }) => microphone.systemMutes(true),
  "the system lets the microphone go on": ({ microphone }) => microphone.systemMutes(false),
  "an earlier microphone is unplugged": ({ client, microphone }) => {
    const before = client.getSnapshot();
    microphone.starts.at(-2)?.events.onEnded(new Error("Gone."));
    expect(client.getSnapshot()).toBe(before);
  },
  "microphone hears": (scene) => {
    const { pushToTalk, isMuted } = scene.client.getSnapshot();
    scene.count++;
    // What nobody pressed for, of an agent that listens only then, is heard by nobody.
    if (scene.isPushToTalk && !pushToTalk.pressed) scene.private.add(scene.count);
    if (isMuted) scene.private.add(scene.count);
    // The tail of a press is still let through, and the release waits for it.
    const isPressOver = !pushToTalk.pressed && scene.pending.size === 0;
    const isSilence = listens(scene) && !scene.client.userSpeaking && isPressOver;
    const isConnected = scene.client.status === "connected";
    scene.microphone.hearFrame(11, scene.count);
    const last = scene.socket?.sent.at(-1);
    if (isSilence && isConnected && last?.type === "client.audio")
      expect(firstSample(String(last.content))).not.toBe(scene.count);
  },
  "the user speaks": ({ microphone }) => detectorOf(microphone)?.startsSpeaking(),
  // The microphone pauses the player by itself, and tells of it a moment later.
  "the user speaks over the agent": ({ microphone, speaker }) => {
    const detector = detectorOf(microphone);
    const isHeld = detector?.detection?.bargeIn === "pause" && speaker instanceof FakePausableSpeaker && speaker.live;
    if (isHeld && detector.hasDetector && !detector.isSpeaking) speaker.isPaused = true;
    detector?.startsSpeaking(isHeld ? "paused" : null);
  },
  "the user has spoken": ({ microphone }) => detectorOf(microphone)?.stopsSpeaking(),
  "it was no speech": ({ microphone }) => detectorOf(microphone)?.stopsSpeaking("misfire"),
  "the detector fails": ({ microphone }) => detectorOf(microphone)?.detectorFails(),
  "the detector does not load": ({ microphone }) => detectorOf(microphone)?.detectorFails("worklet-load"),
  "an earlier microphone hears speech": ({ client, microphone }) => {
    const before = client.getSnapshot();
    microphone.starts.at(-2)?.events.onSpeech?.({ type: "start", time: 11, held: null });
    expect(client.getSnapshot()).toBe(before);
  },
  // For 1.5 s, then all that was captured comes at once, and what the network took is not told within that task.
  "the page is busy": (scene) => {
    const { client, socket, microphone } = scene;
    const { status, isMuted, mutedBySystem, audioInput } = client.getSnapshot();
    const isSilenced = isMuted || mutedBySystem;
    const isOn = status === "connected" && isOpen(scene) && audioInput && !isSilenced && !scene.isPushToTalk;
    const isHeard = isOn && (!listens(scene) || client.userSpeaking);
    const sentBefore = socket?.sent.length ?? 0;
    const isSlow = socket && socket.bufferedAmount > 0;
    busyFor(1500);
    if (socket) socket.isSlow = true;
    for (let n = 0; n < 75; n++) actions["microphone hears"]?.(scene);
    if (socket) socket.isSlow = false;
    if (isSlow) return;
    socket?.drain();
    if (isHeard && microphone.live) expect(socket?.sent.length).toBeGreaterThanOrEqual(sentBefore + 75);
  },
  "an earlier microphone hears": (scene) => {
    scene.private.add(++scene.count);
    scene.microphone.starts.at(-2)?.events.onFrame({ pcm: new Int16Array(160).fill(scene.count), time: 11 });
  },
  "tail hangs": ({ microphone }) => {
    microphone.flushing = new Promise(() => {});
  },
  "sound opens slowly": ({ speaker }) => {
    speaker.opening = deferred();
  },
  "sound opens": ({ speaker }) => speaker.opening?.resolve(),
  "sound fails": ({ speaker }) => speaker.opening?.reject(new Error("No worklet.")),
  "socket opens": (scene) => scene.socket?.open(),
  "an old socket speaks": ({ sockets }) => sockets[0]?.says({ type: "turn.start", role: "assistant", turn_id: "old" }),
  "an old socket closes": ({ sockets }) => sockets.length > 1 && sockets[0]?.drop(1006),
  "server starts a turn": (scene) => {
    if (!isOpen(scene)) return;
    scene.turnId = `a${++scene.count}`;
    scene.said = null;
    scene.socket?.says({ type: "turn.start", role: "assistant", turn_id: scene.turnId });
  },
  "server speaks": (scene) => {
    if (!isOpen(scene)) return;
    const delta_id = `d${++scene.count}`;
    const message = { type: "response.audio", turn_id: scene.turnId, content: audioContent(8), delta_id };
    scene.said = { message, socket: scene.sockets.length, conversation: scene.conversation };
    scene.socket?.says(message);
  },
  "server says it again on another connection": (scene) => {
    const { said } = scene;
    if (isOpen(scene) && said && said.conversation === scene.conversation && said.socket < scene.sockets.length)
      scene.socket?.says(said.message);
  },
  "server writes": (scene) => says(scene, { type: "response.text", turn_id: scene.turnId, content: "So many words." }),
  "server ends": (scene) => says(scene, { type: "response.end", turn_id: scene.turnId }),
  "server hears the user": (scene) => says(scene, { type: "turn.start", role: "user", turn_id: "u" }),
  "server understands": (scene) => says(scene, { type: "user.transcript", turn_id: "u", content: "text 1" }),
  "player starts": (scene) => scene.speaker.events?.onStarted(scene.turnId),
  "player runs dry": (scene) => scene.speaker.events?.onUnderrun(scene.speaker.at(scene.turnId)),
  "player finishes": (scene) => scene.speaker.events?.onFinished(scene.speaker.at(scene.turnId)),
  "player is full": (scene) => scene.speaker.events?.onQueueFull?.(scene.turnId),
  "player was interrupted": (scene) =>
    scene.speaker.events?.onInterrupted(scene.speaker.at(scene.turnId), scene.speaker.at(scene.turnId)),
  "an earlier player was interrupted": (scene) => {
    const { starts } = scene.speaker;
    starts.at(-2)?.onInterrupted(scene.speaker.at(scene.turnId), scene.speaker.at(scene.turnId));
  },
  "the last player of an earlier session finishes": (scene) =>
    scene.speaker.starts[0]?.onFinished(scene.speaker.at(scene.turnId)),
  "connection is cut": drop(1006, false),
  "connection is cut again": drop(1006, false),
  "server goes away": drop(1001, true),
  "server fails": drop(1011, true),
  "server refuses": drop(1008, true),
  "server closes": drop(1000, true),
  "connection is closing": (scene) => isOpen(scene) && scene.socket && Object.assign(scene.socket, { readyState: 2 }),
  "socket cannot be opened": (scene) => scene.socket?.readyState === 0 && scene.socket.drop(1006),
  "network goes": ({ page }) => page.goOffline(),
  "network comes": ({ page }) => page.goOnline(),
  "network only says that it is away": ({ page }) => {
    page.online = false;
  },
  "network only says that it is there": ({ page }) => {
    page.online = true;
  },
  "the clock is set back": () => vi.setSystemTime(Date.now() - 3_600_000),
  "the clock is set forward": () => vi.setSystemTime(Date.now() + 3_600_000),
  "the device sleeps": () => sleepFor(60_000),
  "the device sleeps, and its clocks go on": () => sleepFor(60_000, "runs"),
  "network is slow": (scene) => scene.socket && Object.assign(scene.socket, { bufferedAmount: 50_000 }),
  "page is hidden": ({ page }) => page.hide(),
  "page is shown": ({ page }) => page.show(),
  "another tab speaks": ({ page }) => page.anotherTabSpeaks(),
  "a moment passes": advance(250),
  "a second passes": advance(1000),
  "ten seconds pass": advance(10_000),
  "a minute passes": advance(60_000),
};

// What an app does from within what it is called with: when the event comes next, this method. Whether the client is
// disposed of is the schedule's own choice.
const { dispose: _, ...calls } = methods;
const reactions: Record<string, (scene: Playground) => unknown> = Object.fromEntries(
  eventNames.flatMap((event) =>
    Object.entries(calls).map(([method, call]) => [
      `the next "${event}" calls ${method}()`,
      (scene: Playground) => {
        const undo = scene.client.on(event, () => {
          undo();
          const answer = call(scene.client, scene.options);
          if (answer instanceof Promise) watch(scene, answer);
        });
        scene.reactions.push(undo);
      },
    ]),
  ),
);

/** The microphone, where it can listen for speech. */
function detectorOf(microphone: Playground["microphone"]): FakeDetectingMicrophone | null {
  return microphone instanceof FakeDetectingMicrophone ? microphone : null;
}

/** Whether the microphone listens for speech: then silence stays here. */
function listens({ microphone }: Playground): boolean {
  const detector = detectorOf(microphone);
  return detector?.detection != null && detector.hasDetector;
}

/** What a microphone that can change its device was asked for. */
function devicesOf(microphone: Playground["microphone"]) {
  return microphone instanceof FakeSwitchableMicrophone ? microphone.devices : [];
}

function callOf(id: string) {
  return { type: "response.data", turn_id: "a", content: { layercode_tool_call: { id, name: "move", input: id } } };
}

/** The tool that has been at work for the longest. */
function toolOf(
  tools: Playground["tools"],
  end: (tool: { resolve(output: string): void; reject(error: Error): void }) => void,
): void {
  const [first] = tools;
  if (!first) return;
  tools.delete(first[0]);
  end(first[1]);
}

function watch({ pending }: Playground, call: Promise<unknown>): void {
  pending.add(call);
  const done = () => pending.delete(call);
  call.then(done, done);
}

function isOpen({ socket }: Playground): boolean {
  return socket?.readyState === 1;
}

/** Open, or closing and nobody was told. */
function isUp({ socket }: Playground): boolean {
  return socket?.readyState === 1 || socket?.readyState === 2;
}

function says(scene: Playground, message: object): void {
  if (isOpen(scene)) scene.socket?.says(message);
}

/** Throws where what is shown does not agree with itself or the world. expect() costs too much to be called so often. */
function expectConsistent(scene: Playground): void {
  const { client, held } = scene;
  const state = client.getSnapshot();
  const { status, messages, pushToTalk, reconnecting } = state;
  const isOver = status === "disconnected" || status === "error";
  const isConnecting = status === "connecting" || status === "reconnecting";
  const isGone = !isUp(scene);
  const { audioInput, audioOutput, conversation } = modelOf(scene);
  const { playback } = conversation;
  const holds: Record<string, boolean> = {
    "a microphone that was given back is held by nobody":
      audioInput.muted !== "release" || audioInput.status !== "off" || !held.microphone,
    "who talks while muted is muted, and does not speak":
      !state.talkingWhileMuted || (state.isMuted && state.audioInput && !state.userSpeaking),
    "no player is held for somebody who is muted": !state.isMuted || state.agentHeld === null,
    "at most one socket is open": held.sockets <= 1,
    "who is connected has a connection": status !== "connected" || !isGone,
    "client.ready is the first message":
      status !== "connected" || !isOpen(scene) || scene.socket?.types[0] === "client.ready",
    // A server may speak as soon as the socket is open, also while the microphone still opens.
    "no turn and no speech of the agent without a connection": !isGone || (state.turn === null && !state.agentSpeaking),
    "the agent is idle unless connected": status === "connected" || state.agentState === "idle",
    "the user is silent where nothing listens": !isGone || isConnecting || !(state.userSpeaking || pushToTalk.pressed),
    "reconnecting says how": (reconnecting !== null) === (status === "reconnecting"),
    "a delay is no less than nothing": reconnecting === null || reconnecting.delay >= 0,
    // What a later call overtook is told to who waits for it, and is nobody's error.
    "a call that was overtaken is no error": !/stopped|overtook/.test(state.error?.message ?? ""),
    "a microphone is held where it is on": !held.microphone || state.audioInput,
    "a loudspeaker is held where it is on": !held.speaker || state.audioOutput,
    // A player that opens may be heard before it says that it is open.
    "an agent that is held has a connection, and a player":
      state.agentHeld === null ||
      (!isGone && (held.speaker || (audioOutput.status === "opening" && playback.isPlaying))),
    "a player is paused as long as it is said":
      !isPausable(scene.speaker) || scene.speaker.isPaused === (state.agentHeld === "paused"),
    "a player is ducked as long as it is said":
      !isPausable(scene.speaker) || scene.speaker.gain < 1 === (state.agentHeld === "ducked"),
    "who pauses does not speak": state.agentHeld !== "paused" || !state.agentSpeaking,
    "nothing is said of a loudspeaker that is off": state.audioOutput || state.activeOutputDeviceId === null,
    "nothing is said of a microphone that is off":
      state.audioInput || !(state.mutedBySystem || state.microphoneSilent || state.activeInputDeviceId),
    "who speaks is heard": !state.userSpeaking || (state.audioInput && !state.isMuted && !state.mutedBySystem),
    "an error has a reason": status !== "error" || state.error !== null,
    "nothing stays interim": !isOver || !messages.some((message) => message.status === "interim"),
    "what was heard begins an interrupted text": messages.every(
      ({ text, status, heardText }) =>
        heardText === undefined || (status === "interrupted" && text.startsWith(heardText)),
    ),
    "nothing stays queued": !isOver || !messages.some(({ delivery }) => delivery === "queued"),
  };
  const broken = Object.keys(holds).filter((rule) => !holds[rule]);
  if (broken.length > 0) throw new Error(`${broken.join("; ")}: ${JSON.stringify({ held, state }, null, 2)}`);
}

function isPausable(speaker: Playground["speaker"]): speaker is FakePausableSpeaker {
  return speaker instanceof FakePausableSpeaker && speaker.live;
}

/** What the client knows: how it is muted is not shown. */
function modelOf({ client }: Playground): Model {
  const dispatcher = dispatchers.get(client);
  if (!dispatcher) throw new Error("It has no dispatcher.");
  return dispatcher.model;
}

/** Throws where, once all is settled, a session's microphone is on and neither open nor asked for: it was lost. */
async function expectListening(scene: Playground): Promise<void> {
  const { client, held, microphone } = scene;
  const { status, audioInput, activeInputDeviceId } = client.getSnapshot();
  if (status !== "connected" || !audioInput) return;
  const { muted, status: opening } = modelOf(scene).audioInput;
  if (muted === "release" && opening === "off") return;
  let isAsked = true;
  const answered = () => {
    isAsked = false;
  };
  microphone.starts.at(-1)?.opening.promise.then(answered, answered);
  await null;
  if (!held.microphone && !isAsked) throw new Error("A microphone that is on was lost, and nobody has noticed.");
  const opened = microphone.stream?.getAudioTracks()[0]?.getSettings().deviceId ?? null;
  if (!isAsked && opened !== activeInputDeviceId)
    throw new Error(`The microphone is ${opened}, and ${activeInputDeviceId} is shown.`);
}

/** Throws where a chosen loudspeaker that comes is not the one in use, or one that goes still is. */
async function expectHeard(scene: Playground): Promise<void> {
  const { client } = scene;
  /** The chosen one, where the agent could be heard on it; what is told meanwhile may change that. */
  const chosen = () => {
    const { status, audioOutput, outputDeviceId } = client.getSnapshot();
    return status === "connected" && audioOutput && scene.held.speaker ? outputDeviceId : null;
  };
  const answerAll = async () => {
    await settleLoaded();
    while (scene.answerSpeaker()) await settleLoaded();
  };
  for (const isThere of [true, false]) {
    await answerAll();
    const deviceId = chosen();
    if (deviceId === null) return;
    scene.plugSpeakers("built-in", ...(isThere ? [deviceId] : []));
    await answerAll();
    const { activeOutputDeviceId } = client.getSnapshot();
    if (chosen() === deviceId && activeOutputDeviceId !== (isThere ? deviceId : null))
      throw new Error(`${deviceId} is ${isThere ? "" : "not "}there, and ${activeOutputDeviceId} is heard.`);
  }
}

/** Throws where, once all is settled, a call of a tool that came in this session has no result and is not at work. */
function expectAnswered(scene: Playground): void {
  if (scene.client.status !== "connected" || !isOpen(scene)) return;
  const answered = new Set(scene.results.map(({ id }) => id));
  const lost = scene.calls.filter((id) => !answered.has(id) && !scene.tools.has(id));
  if (lost.length > 0) throw new Error(`Calls of tools without a result: ${lost}`);
}

/** What must hold of all that was written and played, whatever happened. `closed`: the socket that `disconnect()` closed. */
function expectOnce(scene: Playground, closed: Playground["socket"]): void {
  const { sockets, speaker, results, private: unheard } = scene;
  const answered = results.map(({ id }) => id);
  expect(answered).toEqual([...new Set(answered)]);
  for (const socket of sockets) {
    const { types, sent } = socket;
    expect(types.indexOf("client.ready")).toBe(types.length === 0 ? -1 : 0);
    expect(types.lastIndexOf("client.ready")).toBe(types.indexOf("client.ready"));
    const turns = types.filter((type) => String(type).startsWith("trigger.turn"));
    expect(turns).toEqual(turns.map((_, n) => `trigger.turn.${n % 2 === 0 ? "start" : "end"}`));
    const speech = sent.flatMap(({ type, event }) =>
      type === "vad_events" && event !== "vad_model_failed" ? event : [],
    );
    expect(speech).toEqual(speech.map((_, n) => (n % 2 === 0 ? "vad_start" : "vad_end")));
    // A socket that this end closed was told of the end as well.
    if (socket === closed) expect(speech.length % 2).toBe(0);
  }
  const sent = sockets.flatMap((socket) => socket.sent);
  const [texts, data, frames] = (["client.response.text", "client.response.data", "client.audio"] as const).map(
    (kind) => sent.filter(({ type }) => type === kind).map((message) => JSON.stringify(message)),
  );
  const values = sent.filter(({ type }) => type === "client.audio").map(({ content }) => firstSample(String(content)));
  expect(values.filter((value) => unheard.has(value))).toEqual([]);
  for (const written of [texts, data, frames]) expect(written).toEqual([...new Set(written)]);
  const played = speaker.done.filter((what) => what.startsWith("enqueue"));
  expect(played).toEqual([...new Set(played)]);
}

/** Figures are numbers, none below zero. */
function expectFigures(scene: Playground, stats: ClientStats): void {
  const figures = JSON.stringify(stats, (_, value) => (Number.isNaN(value) || value < 0 ? "wrong" : value));
  if (figures.includes('"wrong"')) scene.violations.push(new Error(`These cannot be: ${figures}`));
}

/** Each turn of the agent of which anything was shown is summarized, and none twice. */
async function expectSummaries(scene: Playground): Promise<void> {
  const told = scene.summaries.flatMap(({ turnId }) => turnId ?? []);
  expect(told).toEqual([...new Set(told)]);
  const shown = scene.client.getSnapshot().messages.filter(({ role }) => role === "assistant");
  expect(shown.flatMap(({ turnId }) => turnId ?? []).filter((turnId) => !told.includes(turnId))).toEqual([]);
  const stats = await scene.client.getStats();
  expectFigures(scene, stats);
  expect(stats.turns.last).toBe(stats.turns.count > 0 ? scene.summaries.at(-1) : null);
}

function firstSample(content: string): number {
  return Buffer.from(content, "base64").readInt16LE(0);
}

type Happening = [action: string, waits: boolean];

// What seldom comes about by chance, and has much to go wrong in it.
const phrases = [
  ["server starts a turn", "server speaks", "player starts"],
  ["server ends", "player finishes"],
  ["connection is cut", "ten seconds pass", "socket opens"],
  [
    "server speaks",
    "connection is cut",
    "ten seconds pass",
    "socket opens",
    "server says it again on another connection",
  ],
  ["text", "data", "text", "ten seconds pass", "socket opens"],
  ["server calls a tool", "connection is cut", "a tool is done", "ten seconds pass", "socket opens"],
  ["server calls a tool", "server hears the user", "a tool is done", "server repeats a call"],
  [
    "server calls a tool",
    "a tool fails",
    "connection is cut",
    "ten seconds pass",
    "socket opens",
    "server repeats a call",
  ],
  ["connect", "press", "microphone opens", "microphone hears", "socket opens", "microphone hears", "release"],
  [
    "another microphone is chosen",
    "microphone opens",
    "the microphone in use goes",
    "microphone opens",
    "a microphone comes",
  ],
  ["another microphone is chosen", "the microphone in use goes", "the microphone is in use", "microphone opens"],
  ["all microphones go", "the microphone is not there", "a microphone comes", "microphone opens", "microphone hears"],
  ["press", "microphone hears", "the microphone in use goes", "microphone opens", "microphone hears", "release"],
  ["the system prefers the newest microphone", "the microphone is on another device", "the microphone in use goes"],
  ["the system prefers the newest microphone", "another microphone is chosen", "the microphone refuses a device"],
  ["another loudspeaker is chosen", "the loudspeaker answers", "a loudspeaker goes", "a loudspeaker comes"],
  ["another loudspeaker is chosen", "the loudspeaker refuses", "a loudspeaker goes", "the loudspeaker answers"],
  ["a loudspeaker goes", "another loudspeaker is chosen", "a loudspeaker comes", "the loudspeaker refuses"],
  ["the system mutes the microphone", "ten seconds pass", "microphone hears", "the system lets the microphone go on"],
  ["the system mutes the microphone", "the microphone in use goes", "ten seconds pass", "microphone opens"],
  ["another microphone is chosen", "an earlier microphone hears", "microphone opens", "an earlier microphone hears"],
  ["connect", "microphone opens", "microphone hears", "press", "microphone hears", "release", "socket opens"],
  ["server starts a turn", "server speaks", "disconnect", "player was interrupted", "connect", "socket opens"],
  ["server speaks", "disconnect", "connect", "socket opens", "server says it again on another connection"],
  ["server speaks", "player starts", "the user speaks over the agent", "it was no speech", "a second passes"],
  [
    "server speaks",
    "player starts",
    "the user speaks",
    "the user has spoken",
    "a moment passes",
    "server hears the user",
  ],
  ["server speaks", "player starts", "the user speaks over the agent", "server hears the user", "server starts a turn"],
  ["server speaks", "player starts", "the user speaks over the agent", "connection is cut", "ten seconds pass"],
  ["server speaks", "player starts", "the user speaks over the agent", "player finishes", "server starts a turn"],
  ["microphone hears", "the user speaks", "microphone hears", "connection is cut", "ten seconds pass", "socket opens"],
  ["the user speaks", "mute, and who talks is told", "microphone hears", "unmute", "microphone hears"],
  ["mute, and who talks is told", "the user speaks", "microphone hears", "unmute", "microphone hears"],
  [
    "server speaks",
    "player starts",
    "the user speaks over the agent",
    "mute, and who talks is told",
    "a second passes",
  ],
  ["mute, and the microphone is given back", "unmute", "microphone opens", "microphone hears"],
  ["mute, and the microphone is given back", "unmute", "the microphone is in use", "microphone hears", "unmute"],
  [
    "mute, and the microphone is given back",
    "connection is cut",
    "ten seconds pass",
    "socket opens",
    "a microphone comes",
  ],
  ["options that mute a hidden page", "page is hidden", "microphone hears", "page is shown", "microphone opens"],
  ["options that mute a hidden page", "page is hidden", "unmute", "page is shown", "microphone opens"],
  ["the microphone's permission is taken back", "the microphone's permission is given", "microphone opens"],
  ["the user speaks", "mute", "unmute", "the user speaks", "microphone hears", "the user has spoken"],
  ["the user speaks", "the user has spoken", "ten seconds pass", "ten seconds pass", "socket opens"],
  ["server hears the user", "server understands", "ten seconds pass", "socket opens"],
  ["press", "microphone hears", "tail hangs", "release", "microphone hears", "a second passes"],
  ["press", "microphone hears", "connection is cut", "microphone hears", "ten seconds pass"],
  ["connection is cut", "connect", "socket opens", "a minute passes"],
  ["press", "the page is busy", "release", "a second passes"],
  ["text", "the page is busy", "ten seconds pass"],
  ["text", "ten seconds pass", "ten seconds pass", "socket opens"],
  ["connection is closing", "text", "data", "server goes away", "ten seconds pass", "socket opens"],
  ["network goes", "server fails", "network comes", "socket opens"],
  ["network goes", "connection is cut", "ten seconds pass", "socket opens"],
  ["network goes", "network comes", "network goes", "network comes", "a second passes"],
  ["authorization asks to wait", "connection is cut", "ten seconds pass", "authorization works", "ten seconds pass"],
  ["authorization asks to wait for an hour", "connection is cut", "a second passes", "authorization works"],
  ["the device sleeps", "ten seconds pass", "ten seconds pass", "socket opens"],
  ["connection is cut", "the device sleeps, and its clocks go on", "ten seconds pass", "socket opens"],
  ["authorization hangs", "connection is cut", "connect", "a minute passes", "a minute passes"],
].map((names) => names.map((name): Happening => [name, true]));

const somethingHappens = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.boolean()).map((one) => [one]) },
  { weight: 1, arbitrary: fc.constantFrom(...phrases) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...Object.keys(reactions)), fc.constant(false)).map((one) => [one]),
  },
);
const isConnected = ["connect", "microphone opens", "socket opens"].map((name): Happening => [name, true]);
const schedules = fc
  .tuple(fc.boolean(), fc.array(somethingHappens, { maxLength: 30, size }))
  .map(([begins, rest]): Happening[] => [...(begins ? isConnected : []), ...rest.flat()]);

async function takePlace(
  steps: Happening[],
  isPushToTalk: boolean,
  chance: number,
  disposes: boolean,
  isWhole: boolean,
) {
  // A schedule that leaked must not be counted against the next one.
  vi.clearAllTimers();
  vi.spyOn(Math, "random").mockReturnValue(chance);
  const scene = createPlayground(isPushToTalk, isWhole);
  // State first: whatever anybody is shown agrees with itself, and with the world.
  scene.client.subscribe(() => {
    try {
      expectConsistent(scene);
    } catch (error) {
      scene.violations.push(error);
    }
  });
  for (const [name, waits] of steps) {
    (actions[name] ?? reactions[name])!(scene);
    if (!waits) continue;
    await settleLoaded();
    expectConsistent(scene);
    expectAnswered(scene);
    await expectListening(scene);
  }
  await expectHeard(scene);
  // Only after dispose() may nothing that a callback calls begin anything.
  if (!disposes) for (const undo of scene.reactions) undo();
  const closed = scene.client.status === "connected" && isOpen(scene) ? scene.socket : undefined;
  await (disposes ? scene.client.dispose() : scene.client.disconnect());
  scene.microphone.starts.at(-1)?.opening.resolve();
  scene.speaker.opening?.resolve();
  for (const come of scene.late) come();
  await settleLoaded();
  expectConsistent(scene);
  expect(scene.client.status).toBe("disconnected");
  expectOnce(scene, closed);
  await expectSummaries(scene);
  expect(scene.violations).toEqual([]);
  expect(scene.held).toEqual({ sockets: 0, microphone: false, speaker: false });
  expect(scene.contexts.size).toBe(0);
  expect(scene.pending.size).toBe(0);
  expect(scene.sessions).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect([scene.page.mediaSession.actions, scene.page.permissions.listeners]).toEqual([[], 0]);
  expect([scene.page.listeners, scene.page.screenLocks, scene.page.speakers]).toEqual([0, 0, 0]);
  expect([scene.watching.size, scene.watchingSpeakers.size, scene.watchingLists.size]).toEqual([0, 0, 0]);
  if (disposes) return;

  scene.answerWith(scene.wellBehaved);
  scene.speaker.opening = null;
  scene.hasSound = true;
  scene.client.setOptions({ ...scene.options, audioInput: false });
  await scene.client.setAudioInput(false);
  const connecting = scene.client.connect();
  await settleLoaded();
  scene.socket?.open();
  await connecting;
  expect(scene.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
  await scene.client.disconnect();
  await settleLoaded();
}

test("whatever happens in whatever order, nothing is left after disconnect(), and a new connect() works", async () => {
  const property = fc.asyncProperty(
    schedules,
    fc.boolean(),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    fc.boolean(),
    fc.boolean(),
    takePlace,
  );
  const replayed = replayedSeed ? { seed: Number(replayedSeed), path: replayedPath ?? "", endOnFailure: true } : {};
  const details = await fc.check(property, { numRuns: runs, ...replayed });
  if (!details.failed) return;
  const command = `SCHEDULES=${runs} SCHEDULE="${details.seed}/${details.counterexamplePath}" npx vitest run src/client/schedules.test.ts`;
  throw new Error(`${fc.defaultReportMessage(details)}\n\nOnly this one again, in packages/core:\n  ${command}\n`, {
    cause: details.errorInstance,
  });
}, 1_200_000);
