import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, type Dice, happenings, type World, worldOf } from "../../test/reachable.js";
import { snapshotOf } from "../client/snapshot.js";
import type { ClientEvent, TimerName } from "./events.js";
import { reduce } from "./machine.js";
import type { Model } from "./model.js";
import { sessionHandlers } from "./session.js";

const names = Object.keys(happenings) as ClientEvent["type"][];
/** How a session begins. */
const begins = ["connect", "sessionLoaded", "authorized", "socketOpened", "channelOpened", "channelOpened"] as const;
/** What a session consists of. */
const talks = [
  ...(["socketMessage", "playbackStarted", "playbackRanDry", "playbackFinished", "press", "sendText"] as const),
  ...(["speech", "speech", "resumeDue"] as const),
];

// Anything may happen, but left to chance alone hardly any session would come about.
const name = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: fc.constantFrom(...begins, "attemptDue" as const) },
  { weight: 3, arbitrary: fc.constantFrom(...talks, "socketMessage" as const, "socketMessage" as const) },
);
const throws = fc.array(fc.nat(99), { minLength: 6, maxLength: 6 });
const happening = fc.tuple(name, throws, fc.constantFrom(0, 100, 7000));
// An array has ten elements at most where its size is not said.
const anything = fc.array(happening, { maxLength: 60, size: "max" });
const inSession = begins.map((name, n): Happening => [name, [n], 0]);
const courses = fc.tuple(fc.nat(3), anything).map(([chance, rest]) => (chance === 0 ? rest : [...inSession, ...rest]));

type Happening = [name: ClientEvent["type"], throws: number[], ms: number];

/** Takes a course of events, and has the world looked at after each. */
function play(course: Happening[], look: (world: World, before: World, event: ClientEvent) => void): World {
  let world = worldOf();
  for (const [name, thrown, ms] of course) {
    let count = 0;
    const dice: Dice = { among: (...choices) => choices[thrown[count++ % thrown.length]! % choices.length]! };
    const event = happenings[name](world, dice);
    if (!event) continue;
    const next = after(world, event, ms);
    look(next, world, event);
    world = next;
  }
  return world;
}

/** Calls that still wait, wherever they do. */
function waiting({ connection, requests, talk, outbox, audioInput, audioOutput }: Model): number[] {
  return [
    ...connection.phase.calls,
    ...requests.map(({ call }) => call),
    ...talk.releaseCalls,
    ...outbox.waiting.flatMap(({ call = [] }) => call),
    ...audioInput.calls,
    ...audioOutput.calls,
  ];
}

/** What each timer waits for: it runs exactly as long as that is due. */
const due: Record<Exclude<TimerName, "graceExpired" | "silentTurnExpired">, (model: Model) => boolean> = {
  connectTimedOut: ({ connection: { phase } }) => phase.name === "authorizing" || phase.name === "opening",
  attemptDue: ({ connection: { phase } }) => phase.name === "waiting",
  replyOverdue: ({ connection: { phase } }) => phase.name === "connected" && phase.isReplyDue,
  promptExpired: ({ audioInput }) => audioInput.status === "opening",
  resumeDue: ({ conversation, detection }) => conversation.playback.held !== null && !detection.isSpeaking,
  systemMuteLasts: ({ devices }) => devices?.systemMute === "pending",
  flushExpired: ({ talk: { press } }) => press !== null && press.releasedAt !== null,
};

const runs = { numRuns: process.env.LONG ? 400 : 100 };

describe("in every state that can be reached, with and without the code of a session", () => {
  test("each call is told how it ended, once, and until then exactly one slice or request has it", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ model, asked, settled, callCount }) => {
          const known = [...settled, ...waiting(model), ...asked.flatMap(({ calls }) => calls)];
          // Call 0 is nobody's: a microphone that is switched on because one has come.
          expect(known.filter((call) => call !== 0).sort((a, b) => a - b)).toEqual(
            Array.from({ length: callCount }, (_, n) => n + 1),
          );
        });
      }),
      runs,
    );
  });

  test("each timer runs as long as what it waits for is due, and none outlives a session", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ model, timers }) => {
          for (const [timer, isDue] of Object.entries(due))
            expect([timer, timers.has(timer as TimerName)]).toEqual([timer, isDue(model)]);
          const { playback, replies } = model.conversation;
          if (timers.has("graceExpired")) expect(playback.ranDryAt).not.toBeNull();
          if (playback.ranDryAt && !replies.serverSendsEnd) expect(timers).toContain("graceExpired");
          if (timers.has("silentTurnExpired")) expect(replies.current).not.toBeNull();
          if (model.connection.phase.name === "idle")
            expect([...timers].filter((timer) => timer !== "promptExpired")).toEqual([]);
        });
      }),
      runs,
    );
  });

  test("what is shown agrees with itself", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ model, session, effects }) => {
          const shown = snapshotOf(model);
          expect(shown.reconnecting !== null).toBe(shown.status === "reconnecting");
          if (shown.status === "error") expect(shown.error).not.toBeNull();
          if (shown.status !== "connected") expect(shown.agentState).toBe("idle");
          if (shown.userSpeaking) expect([shown.audioInput, shown.isMuted]).toEqual([true, false]);
          for (const channel of ["audioInput", "audioOutput"] as const)
            if (model[channel].status !== "off") expect(shown[channel]).toBe(true);
          if (model.audioInput.status !== "open") expect(shown.microphoneSilent).toBe(false);
          if (shown.talkingWhileMuted)
            expect([shown.audioInput, shown.isMuted, shown.userSpeaking]).toEqual([true, true, false]);
          // What was given back and opens all the same is being unmuted: then it is no longer muted when it is open.
          // Before the code of a session is there, the mute is only noted.
          if (model.audioInput.muted === "release" && session === sessionHandlers)
            expect(model.audioInput.status).not.toBe("open");
          expect(effects.filter((effect) => "signal" in effect)).toEqual([]);
          const failures = effects.filter((effect) => effect.type === "emit" && effect.event === "error");
          expect(new Set(failures.map((effect) => "payload" in effect && effect.payload)).size).toBe(failures.length);
        });
      }),
      runs,
    );
  });

  test("loudspeakers are listed exactly while a chosen one is to be heard", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ model, session, areOutputsWatched }) => {
          const { status, deviceId, activeDeviceId } = model.audioOutput;
          const isWanted = session === sessionHandlers && status === "open" && deviceId !== null;
          expect(areOutputsWatched).toBe(isWanted);
          if (status === "off") expect(activeDeviceId).toBeNull();
        });
      }),
      runs,
    );
  });

  test("a player is held exactly as long as it is known to be, and no longer than there is something to hold", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ model, isPlayerHeld, detection }) => {
          const { held, queuedTurnIds } = model.conversation.playback;
          expect(isPlayerHeld).toBe(held !== null);
          if (held) expect(queuedTurnIds).not.toEqual([]);
          expect(detection).toEqual(model.detection.asked);
          if (detection && model.audioInput.muted) expect(detection.bargeIn).toBe("off");
        });
      }),
      runs,
    );
  });

  test("the server of a connection hears of speech and of its end in turn, of the end also where the session ends", () => {
    fc.assert(
      fc.property(courses, (course) => {
        const told = new Map<number, string[]>();
        const note = (attempt: number, { effects, model }: World) => {
          for (const effect of effects)
            if (effect.type === "send" && effect.message.type === "vad_events") {
              if (model.audioInput.muted) expect(effect.message.event).toBe("vad_end");
              told.set(attempt, [...(told.get(attempt) ?? []), effect.message.event]);
            }
        };
        const ended = play(course, (world, before) => note(before.model.connection.attempt, world));
        const { attempt } = ended.model.connection;
        note(attempt, after(ended, { type: "disconnect", call: ended.callCount + 1 }));
        for (const [connection, events] of told) {
          const speech = events.filter((event) => event !== "vad_model_failed");
          expect(speech).toEqual(speech.map((_, n) => (n % 2 === 0 ? "vad_start" : "vad_end")));
          if (connection === attempt) expect(speech.length % 2).toBe(0);
        }
      }),
      runs,
    );
  });

  test("an outcome of something that was given up changes nothing", () => {
    fc.assert(
      fc.property(courses, (course) => {
        play(course, ({ session, now }, { model }, event) => {
          if ("position" in event || !("attempt" in event || "id" in event)) return;
          const stale = "attempt" in event ? { ...event, attempt: event.attempt - 1 } : { ...event, id: event.id - 1 };
          const { state, effects } = reduce(model, stale, { session, now, time: now, random: 0.5 });
          expect([state === model, effects]).toEqual([true, []]);
        });
      }),
      runs,
    );
  });

  test("disconnect() leaves nobody waiting, no channel open and nothing to be written", () => {
    fc.assert(
      fc.property(courses, (course) => {
        const ended = play(course, () => {});
        const { model, timers } = after(ended, { type: "disconnect", call: ended.callCount + 1 });
        expect([waiting(model), [...timers], model.outbox.waiting, model.talk.press]).toEqual([[], [], [], null]);
        expect([model.audioInput.status, model.audioOutput.status]).toEqual(["off", "off"]);
        expect(snapshotOf(model)).toMatchObject({ turn: null, agentSpeaking: false, userSpeaking: false });
        expect(model.conversation.transcript.messages.filter(({ status }) => status === "interim")).toEqual([]);
      }),
      runs,
    );
  });
});
