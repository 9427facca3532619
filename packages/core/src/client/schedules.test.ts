import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { audioContent, config, createWorld, deferred, pushToTalkConfig, settle } from "../../test/world.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type World = ReturnType<typeof createWorld> & { pending: Set<Promise<void>> };

// What an app does, and what the world does to it; each may come at any time.
const actions: Record<string, (world: World) => unknown> = {
  connect: ({ client, pending }) => watch(pending, client.connect()),
  disconnect: ({ client, pending }) => watch(pending, client.disconnect()),
  "microphone on": ({ client, pending }) => watch(pending, client.setAudioInput(true)),
  "microphone off": ({ client, pending }) => watch(pending, client.setAudioInput(false)),
  "sound on": ({ client, pending }) => watch(pending, client.setAudioOutput(true)),
  "sound off": ({ client, pending }) => watch(pending, client.setAudioOutput(false)),
  "another microphone is chosen": ({ client, pending }) => {
    const chosen = client.getSnapshot().preferredInputDeviceId === "usb" ? null : "usb";
    watch(pending, client.setPreferredInputDevice(chosen));
  },
  "options without sound": ({ client, options }) =>
    client.setOptions({ ...options, audioInput: false, audioOutput: false }),
  "options of another conversation": ({ client, options }) =>
    client.setOptions({ ...options, conversationId: "lc_conv_2" }),
  "options as before": ({ client, options }) => client.setOptions(options),
  "another loudspeaker is chosen": ({ client, pending }) =>
    watch(pending, client.setOutputDevice(client.getSnapshot().outputDeviceId === "hdmi" ? null : "hdmi")),
  "the loudspeaker plays": ({ speaker }) => speaker.devices.at(-1)?.changing.resolve(),
  "the loudspeaker is refused": ({ speaker }) => speaker.devices.at(-1)?.changing.reject(new Error("Gone.")),
  "sound is asked for": ({ client, pending }) => watch(pending, client.resumeAudio()),
  "the microphone falls silent": ({ microphone }) => microphone.starts.at(-1)?.events.onSilent?.(true),
  mute: ({ client }) => client.mute(),
  unmute: ({ client, pending }) => watch(pending, client.unmute()),
  press: ({ client, pending }) => watch(pending, client.triggerUserTurnStarted()),
  release: ({ client, pending }) => watch(pending, client.triggerUserTurnFinished()),
  text: ({ client, pending }) => watch(pending, client.sendClientResponseText("hello")),
  "authorization hangs": (world) => {
    world.answer = () => new Promise(() => {});
  },
  "authorization fails": (world) => {
    world.answer = async () => Response.json({ error: "No." }, { status: 500 });
  },
  "microphone opens": ({ microphone }) => microphone.starts.at(-1)?.opening.resolve(),
  "microphone is denied": ({ microphone }) => microphone.starts.at(-1)?.opening.reject(new Error("Denied.")),
  "microphone is unplugged": ({ microphone }) => microphone.starts.at(-1)?.events.onEnded(new Error("Gone.")),
  "microphone hears": ({ microphone }) => microphone.hearFrame(11),
  "tail hangs": ({ microphone }) => {
    microphone.flushing = new Promise(() => {});
  },
  "sound opens slowly": ({ speaker }) => {
    speaker.opening = deferred();
  },
  "sound opens": ({ speaker }) => speaker.opening?.resolve(),
  "sound fails": ({ speaker }) => speaker.opening?.reject(new Error("No worklet.")),
  "socket opens": ({ sockets }) => sockets.at(-1)?.open(),
  "an old socket speaks": ({ sockets }) => sockets[0]?.says({ type: "turn.start", role: "assistant", turn_id: "old" }),
  "server starts a turn": ({ sockets }) => says(sockets, { type: "turn.start", role: "assistant", turn_id: "a" }),
  "server speaks": ({ sockets }) =>
    says(sockets, { type: "response.audio", turn_id: "a", content: audioContent(8), delta_id: "d" }),
  "server ends": ({ sockets }) => says(sockets, { type: "response.end", turn_id: "a" }),
  "server hears the user": ({ sockets }) => says(sockets, { type: "turn.start", role: "user", turn_id: "u" }),
  "player starts": ({ speaker }) => speaker.events?.onStarted("a"),
  "player runs dry": ({ speaker }) => speaker.events?.onUnderrun(speaker.at("a")),
  "player finishes": ({ speaker }) => speaker.events?.onFinished(speaker.at("a")),
  "connection is cut": ({ sockets }) => sockets.at(-1)?.readyState === 1 && sockets.at(-1)?.drop(1006),
  "server closes": ({ sockets }) => sockets.at(-1)?.readyState === 1 && sockets.at(-1)?.drop(1000),
  "a second passes": () => vi.advanceTimersByTime(1000),
  "a minute passes": () => vi.advanceTimersByTime(60_000),
};

function watch(pending: Set<Promise<void>>, call: Promise<void>): void {
  pending.add(call);
  const done = () => pending.delete(call);
  call.then(done, done);
}

function says(sockets: World["sockets"], message: object): void {
  if (sockets.at(-1)?.readyState === 1) sockets.at(-1)?.says(message);
}

function expectConsistent({ client, held, sockets }: World): void {
  const state = client.getSnapshot();
  expect(held.sockets).toBeLessThanOrEqual(1);
  const isOpen = sockets.at(-1)?.readyState === 1;
  if (state.status === "connected") expect(isOpen).toBe(true);
  // A server may speak as soon as the socket is open, also while the microphone still opens.
  if (!isOpen) {
    const { turn, userSpeaking, agentSpeaking, pushToTalk } = state;
    expect([turn, userSpeaking, agentSpeaking, pushToTalk.pressed]).toEqual([null, false, false, false]);
  }
  if (held.microphone) expect(state.audioInput).toBe(true);
  if (state.activeInputDeviceId !== null) expect(held.microphone).toBe(true);
  if (state.microphoneSilent) expect(state.audioInput && !state.isMuted).toBe(true);
  if (held.speaker) expect(state.audioOutput).toBe(true);
  if (state.userSpeaking) expect(state.audioInput && !state.isMuted).toBe(true);
  if (state.status === "error") expect(state.error).not.toBeNull();
}

it("whatever happens in whatever order, nothing is left after disconnect(), and a new connect() works", async () => {
  const schedule = fc.array(fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.boolean()), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(schedule, fc.boolean(), async (steps, pushToTalk) => {
      // A schedule that leaked must not be counted against the next one.
      vi.clearAllTimers();
      const made = createWorld({ onUserAmplitudeChange: () => {} }, pushToTalk ? pushToTalkConfig : config);
      const world = made as World;
      world.pending = new Set();
      const wellBehaved = world.answer;
      for (const [name, waits] of steps) {
        actions[name]!(world);
        if (waits) {
          await settle();
          expectConsistent(world);
        }
      }
      await world.client.disconnect();
      world.microphone.starts.at(-1)?.opening.resolve();
      world.speaker.opening?.resolve();
      for (const { changing } of world.speaker.devices) changing.resolve();
      await settle();
      expectConsistent(world);
      expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
      expect(world.pending.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);

      world.answer = wellBehaved;
      world.speaker.opening = null;
      await world.client.setAudioInput(false);
      await world.connect();
      expect(world.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
      await world.client.disconnect();
    }),
    { numRuns: 300 },
  );
}, 20_000);
