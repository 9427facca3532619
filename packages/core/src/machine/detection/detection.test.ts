import { describe, expect, test } from "vitest";
import { contextOf, namesOf, type PhaseName, phases, start } from "../../../test/slices.js";
import type { DetectionSettings } from "../../audio/ports.js";
import { type Detection, detectionHandlers } from "./detection.js";

const connected = contextOf();
const off: Detection = { asked: null, isSpeaking: false };
const listening = follow(off).state;
const begun = detectionHandlers.speech(listening, speech("start"), connected).state;

function follow(detection: Detection, more: Parameters<typeof contextOf>[0] = {}) {
  return detectionHandlers.eventEnded(detection, null, contextOf(more));
}
function speech(type: "start" | "end" | "misfire", held: "paused" | "ducked" | null = null) {
  return { speech: { type, time: 1, held } };
}
const end = (detection: Detection, more: Parameters<typeof contextOf>[0] = {}, type: "end" | "misfire" = "end") =>
  detectionHandlers.speech(detection, speech(type), contextOf(more));

describe("the microphone listens for speech", () => {
  test.each<[string, Parameters<typeof contextOf>[0], boolean]>([
    ["while connected", {}, true],
    ["while the sound still opens", { phase: phases.open, isConnected: false }, true],
    ["while a lost connection comes back", { phase: phases.reauthorizing }, true],
    ["not before the backend has answered", { phase: phases.authorizing }, false],
    ["not without a session", { phase: phases.idle }, false],
    ["not in push-to-talk", { isPushToTalk: true }, false],
    ["not while muted or off", { isListening: false }, false],
    ["not before it is open", { isMicrophoneOpen: false }, false],
    ["not where the option says so", { settings: { ...start, enableVAD: false } }, false],
    ["not where the server says so", { config: { vad: { enabled: false } } as never }, false],
  ])("%s", (_, context, listens) => {
    const { state, effects } = follow(off, context);
    expect([state.asked !== null, namesOf(effects)]).toEqual([listens, listens ? ["setDetection"] : []]);
    // What holds already is not asked for again.
    expect(follow(state, context)).toEqual({ state, effects: [] });
  });

  test("anew when the server or the options change what is asked for", () => {
    const { state, effects } = follow(listening, { config: { vad: { redemption_frames: 4 } } as never });
    expect(effects).toEqual([{ type: "setDetection", settings: { ...listening.asked, hangOverMs: 128 } }]);
    expect(follow(state).effects).toMatchObject([{ settings: { hangOverMs: 1400 } }]);
  });

  test("only when it answers so, to what it was asked last; what listens already goes on while it is asked anew", () => {
    const answer = { asked: listening.asked as DetectionSettings, isRunning: true, canHold: true };
    const running = detectionHandlers.detectionAnswered(listening, answer).state;
    const late = { ...answer, asked: { ...answer.asked }, isRunning: false };
    const anew = follow(running, { config: { vad: { redemption_frames: 4 } } as never }).state;
    expect([listening.isRunning, running.isRunning, anew.isRunning]).toEqual([false, true, true]);
    expect(detectionHandlers.detectionAnswered(running, late).state).toBe(running);
    expect(follow(follow(running, { isListening: false }).state).state.isRunning).toBe(false);
  });

  test.each<[string, Partial<Detection>, Parameters<typeof contextOf>[0], DetectionSettings["bargeIn"]]>([
    ["pauses it", {}, {}, "pause"],
    ["only ducks it after two false alarms", { falseAlarms: 2 }, {}, "duck"],
    ["pauses it after one", { falseAlarms: 1 }, {}, "pause"],
    ["leaves alone one that must not be interrupted", {}, { canInterrupt: false }, "off"],
    ["leaves it to the server", {}, { settings: { ...start, bargeIn: "server" } }, "off"],
    ["leaves alone one whose player cannot pause", { canHold: false, falseAlarms: 2 }, {}, "off"],
  ])("and with the agent it %s", (_, detection, context, bargeIn) => {
    expect(follow({ ...off, ...detection }, context).state.asked?.bargeIn).toBe(bargeIn);
  });
});

describe("speech", () => {
  test("is told to the server, and to the conversation what was done to the player", () => {
    const { state, effects } = detectionHandlers.speech(listening, speech("start", "paused"), connected);
    expect(state).toMatchObject({ isSpeaking: true, isTold: true, sign: "awaited" });
    expect(effects).toEqual([
      { signal: "vadReported", event: "vad_start" },
      { signal: "speechStarted", held: "paused", bargeIn: "pause" },
    ]);
    expect(namesOf(end(state).effects)).toEqual(["→ vadReported", "→ speechEnded", "→ speechUnanswered"]);
  });

  test("that never began does not end", () => {
    expect(end(listening)).toEqual({ state: listening, effects: [] });
  });

  test("of a microphone that was told to listen no more holds no player", () => {
    const { state, effects } = detectionHandlers.speech(off, speech("start", "paused"), connected);
    expect([state, namesOf(effects)]).toEqual([off, ["→ detectionEnded"]]);
  });

  test.each<[string, Parameters<typeof contextOf>[0]]>([
    ["a mute", { isListening: false }],
    ["the switch", { isListening: false, isMicrophoneOpen: false }],
    ["the option", { settings: { ...start, vad: false } }],
  ])("ends with %s, and the server is told", (_, context) => {
    const { state, effects } = follow(begun, context);
    expect(state).toMatchObject({ asked: null, isSpeaking: false, isTold: false });
    expect(namesOf(effects)).toEqual(["setDetection", "→ vadReported", "→ speechEnded", "→ detectionEnded"]);
    // The microphone's own report of that end comes later.
    expect(end(state)).toEqual({ state, effects: [] });
  });

  test("ends with the session, and nothing is kept of it", () => {
    const failing: Detection = { ...begun, falseAlarms: 2, failure: "told", canHold: false, isRunning: true };
    const { state, effects } = detectionHandlers.sessionEnding(failing, null, connected);
    expect(state).toEqual(off);
    expect(effects).toContainEqual({ signal: "vadReported", event: "vad_end" });
    expect(effects).toContainEqual({ type: "setDetection", settings: null });
  });

  test("goes on over a loss: the next server is told when it is there, and the lost one of nothing", () => {
    const { state: lost } = detectionHandlers.connectionLost(begun);
    expect(lost).toMatchObject({ isSpeaking: true, isTold: false });
    expect(namesOf(end(lost, { phase: phases.waiting }).effects)).toEqual(["→ speechEnded"]);
    const back = detectionHandlers.connected(lost, null, connected);
    expect(back.effects).toEqual([{ signal: "vadReported", event: "vad_start" }]);
    expect(detectionHandlers.connected(back.state, null, connected).effects).toEqual([]);
  });

  test("that begins without a connection is told with the connection", () => {
    const waiting = contextOf({ phase: phases.open });
    const { state, effects } = detectionHandlers.speech(listening, speech("start"), waiting);
    expect([state.isTold, namesOf(effects)]).toEqual([undefined, ["→ speechStarted"]]);
    expect(detectionHandlers.connected(state, null, connected).state.isTold).toBe(true);
  });
});

describe("speech that the server says nothing to", () => {
  const doubts = (before: Detection, ...rest: [Parameters<typeof contextOf>[0]?, ("end" | "misfire")?]) =>
    namesOf(end(before, ...rest).effects).includes("→ speechUnanswered");

  test.each<[string, boolean, boolean]>([
    ["doubts the connection", doubts(begun), true],
    ["but not where a message came", doubts(detectionHandlers.socketMessage(begun).state), false],
    ["but not as a misfire", doubts(begun, {}, "misfire"), false],
    ["but not while the agent is heard", doubts(begun, { isAgentQueued: true }), false],
    ["but not one that is lost", doubts(begun, { phase: phases.waiting as (typeof phases)[PhaseName] }), false],
    [
      "but not one that ended with a mute",
      namesOf(follow(begun, { isListening: false }).effects).includes("→ speechUnanswered"),
      false,
    ],
  ])("%s", (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  test("doubts it once, until a message comes: a server that ignores a noise must not be left for each noise", () => {
    const missed = end(begun).state;
    const again = detectionHandlers.speech(missed, speech("start"), connected).state;
    expect(doubts(again)).toBe(false);
    const sign = detectionHandlers.socketMessage(end(again).state).state;
    expect(doubts(detectionHandlers.speech(sign, speech("start"), connected).state)).toBe(true);
  });
});

describe("a model that fails", () => {
  const failed = detectionHandlers.detectorFailed;
  const broken = { error: { code: "detector-failed" } };

  test("is told to the server once in a session, on the connection that is there, or the next", () => {
    const { state, effects } = failed(listening, broken, connected);
    expect(effects).toEqual([{ signal: "vadReported", event: "vad_model_failed" }]);
    expect(failed(state, broken, connected).effects).toEqual([]);
    expect(detectionHandlers.connected(state, null, connected).effects).toEqual([]);
  });

  test("leaves loudness to tell speech; where nothing tells it, nothing waits for it", () => {
    const answer = { asked: listening.asked as DetectionSettings, isRunning: true, canHold: true };
    const running = detectionHandlers.detectionAnswered(listening, answer).state;
    const isRunning = (code: string) => failed(running, { error: { code } }, connected).state.isRunning;
    expect([isRunning("detector-failed"), isRunning("worklet-load")]).toEqual([true, false]);
  });

  test("ends speech that nobody would hear the end of", () => {
    const { state, effects } = failed(begun, { error: { code: "worklet-load" } }, connected);
    expect(state).toMatchObject({ isSpeaking: false, isRunning: false });
    expect(namesOf(effects)).toEqual(["→ vadReported", "→ speechEnded", "→ vadReported"]);
    expect(failed(begun, broken, connected).state.isSpeaking).toBe(true);
  });

  test("before the connection is told with it", () => {
    const { state, effects } = failed(listening, broken, contextOf({ phase: phases.open }));
    expect(effects).toEqual([]);
    expect(detectionHandlers.connected(state, null, connected).effects).toEqual([
      { signal: "vadReported", event: "vad_model_failed" },
    ]);
  });
});
