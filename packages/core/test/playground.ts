import * as audio from "@layercode/audio";
import { FakeDetectingMicrophone, FakeMicrophone, FakePausableSpeaker, fakeDevice } from "@layercode/client-testing";
import { vi } from "vitest";
import { LayercodeClient } from "../src/client/client.js";
import type { TurnSummary } from "../src/conversation/turn-summary.js";
import type { Tools } from "../src/options/tools.js";
import { stubPage } from "./page.js";
import { config, createWorld, pushToTalkConfig } from "./world.js";

/**
 * The public client, and everything around it: the page, its audio, its backend, its server. `isWhole`: its microphone
 * changes devices and listens for speech, and its speaker pauses.
 */
export function createPlayground(isPushToTalk: boolean, isWhole = false) {
  const page = stubPage();
  vi.stubGlobal("reportError", () => {});
  const contexts = new Set<object>();
  vi.stubGlobal(
    "AudioContext",
    class {
      constructor() {
        contexts.add(this);
      }
      async resume() {}
      async close() {
        contexts.delete(this);
      }
    },
  );
  /** Who is told when a microphone comes or goes. */
  const watching = new Set<(devices: audio.InputDevice[]) => void>();
  const watchingSpeakers = new Set<(devices: audio.OutputDevice[]) => void>();
  const watchingLists = new Set<object>();
  const listedSpeakers = () => playground.pluggedSpeakers.map((id) => fakeDevice(id, { kind: "audiooutput" }));
  const listed = () => playground.plugged.map((id, index) => fakeDevice(id, { default: index === 0 }));
  vi.mocked(audio.listInputDevices).mockImplementation(async () => listed());
  vi.mocked(audio.watchInputDevices).mockImplementation((callback) => {
    watching.add(callback);
    return () => watching.delete(callback);
  });
  vi.mocked(audio.listOutputDevices).mockImplementation(async () => listedSpeakers());
  vi.mocked(audio.watchOutputDevices).mockImplementation((callback) => {
    watchingSpeakers.add(callback);
    return () => watchingSpeakers.delete(callback);
  });
  vi.mocked(audio.followDevices).mockImplementation((callback) => {
    watchingLists.add(callback);
    const [inputs, outputs] = [listed(), listedSpeakers()];
    const told = { inputs, inputPermission: "granted", outputs, outputPermission: "granted" } as const;
    void Promise.resolve().then(() => watchingLists.has(callback) && callback(told));
    return () => watchingLists.delete(callback);
  });
  const throws = () => {
    throw new Error("the app's own");
  };
  const microphone = isWhole ? new FakeDetectingMicrophone() : new FakeMicrophone();
  const whole = isWhole ? { speaker: new FakePausableSpeaker() } : {};
  const world = createWorld({}, isPushToTalk ? pushToTalkConfig : config, { microphone, ...whole });
  const { sockets, speaker } = world;
  const { audio: _, ...options } = world.options;
  const playground = {
    isPushToTalk,
    sockets,
    microphone,
    speaker,
    page,
    contexts,
    options: {
      ...options,
      exclusive: true,
      vad: "silero" as const,
      onUserAmplitudeChange: () => {},
      onMessage: throws,
      tools: {
        move: {
          input: { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } },
          timeout: 5000,
          run: (id: unknown) =>
            new Promise<string>((resolve, reject) => playground.tools.set(String(id), { resolve, reject })),
        },
      } satisfies Tools<{ move: unknown }>,
      onConnect: ({ reconnected }: { reconnected?: true }) => void (reconnected || playground.sessions++),
      onTurnSummary: (summary: TurnSummary) => void playground.summaries.push(summary),
      onDisconnect: () => void playground.sessions--,
      // A first connection that fails is no session that ends: nobody is told of a disconnect.
      onStatusChange: (status: string) => {
        if (status === "disconnected" || status === "error") playground.calls = [];
      },
    },
    client: null as unknown as LayercodeClient,
    wellBehaved: world.answer,
    answerWith(answer: () => Promise<Response>) {
      world.answer = answer;
    },
    get held() {
      return world.held;
    },
    get socket() {
      return world.sockets.at(-1);
    },
    /** Answers of the backend that have not come yet. */
    late: [] as (() => void)[],
    /** The microphones that there are, by their ids; the first is the system's. */
    plugged: ["built-in", "usb"],
    watching,
    /** Others are plugged in, and the browser says so. */
    plug(...ids: string[]): void {
      playground.plugged = ids;
      microphone.systemDevice = ids[0] ?? "built-in";
      for (const id of ["built-in", "usb", "headset"]) {
        if (ids.includes(id)) microphone.unplugged.delete(id);
        else microphone.unplugged.add(id);
      }
      for (const callback of watching) callback(listed());
    },
    /** The loudspeakers that there are, by their ids. */
    pluggedSpeakers: ["built-in", "hdmi"],
    watchingSpeakers,
    /** Who is told what there is to choose from. */
    watchingLists,
    plugSpeakers(...ids: string[]): void {
      playground.pluggedSpeakers = ids;
      for (const callback of watchingSpeakers) callback(listedSpeakers());
    },
    /** How many requests for a loudspeaker were answered: in their order, as a browser does. */
    speakerAnswers: 0,
    /** The speaker is on the device that was asked for; or it refuses one that is not there, or any. Whether it was asked. */
    answerSpeaker(isWilling = true): boolean {
      const asked = speaker.devices[playground.speakerAnswers];
      if (!asked) return false;
      playground.speakerAnswers++;
      const { deviceId, changing } = asked;
      if (isWilling && (deviceId === null || playground.pluggedSpeakers.includes(deviceId))) changing.resolve();
      else changing.reject(Object.assign(new Error("Not there."), { code: "device-not-found" }));
      return true;
    },
    pending: new Set<Promise<unknown>>(),
    abort: new AbortController(),
    hasSound: true,
    /** What was told of the agent's turns. */
    summaries: [] as TurnSummary[],
    /** Sessions that began, less those that ended. */
    sessions: 0,
    /** Counts what is sent, spoken and said, so that each is known by its number. */
    count: 0,
    /** The agent's turn, what was last said of it, on which socket and in which conversation. */
    turnId: "none",
    said: null as { message: object; socket: number; conversation: number } | null,
    /** Counts conversations: the endpoint was asked for another one. */
    get conversation() {
      return world.requests.filter(({ body }) => body.conversation_id !== "lc_conv_1").length;
    },
    /** What the microphone heard while nobody pressed the button. */
    private: new Set<number>(),
    /** The calls of tools that came in this session, by their ids: each is owed a result. */
    calls: [] as string[],
    /** The tools that are at work, by the ids of their calls. */
    tools: new Map<string, { resolve(output: string): void; reject(error: Error): void }>(),
    /** The results that were written, whatever the socket. */
    get results() {
      return world.toolResults;
    },
    violations: [] as unknown[],
    /** Undo what waits for an event to call a method. */
    reactions: [] as (() => void)[],
  };
  vi.mocked(audio.createAudioEngine).mockImplementation((given = {}) => {
    if (!playground.hasSound) throw new Error("No sound.");
    const context = given.context ?? new AudioContext();
    const engine: Partial<audio.AudioEngine> = {
      state: "running",
      onStateChange: () => () => {},
      resume: async () => {},
      close: () => context.close(),
    };
    return engine as audio.AudioEngine;
  });
  vi.mocked(audio.createMicrophone).mockReturnValue(world.microphone as unknown as audio.Microphone);
  vi.mocked(audio.createSpeaker).mockReturnValue(world.speaker as unknown as audio.Speaker);
  playground.client = new LayercodeClient(playground.options);
  playground.client.on("status", throws);
  playground.client.subscribe(throws);
  return playground;
}

export type Playground = ReturnType<typeof createPlayground>;
