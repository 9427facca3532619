import { FakePausableSpeaker, FakePositionedSpeaker, withMembers } from "@layercode/client-testing";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { idleTimers, settle } from "../../test/world.js";
import { spokenTextStore } from "../bindings/spoken-text.js";
import type { SpokenText } from "../conversation/spoken-text.js";
import { spokenTextOf, watchSpokenText } from "./spoken-text.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const story = "Once upon a time there was a fox.";
const second = 16_000;

/** A conversation whose speaker tells where it is, and what whoever watches was told. */
async function createScene() {
  const speaker = new FakePositionedSpeaker();
  const scene = await connected({}, undefined, { speaker });
  const told: (SpokenText | null)[] = [];
  const watch = () => watchSpokenText(scene.client, (spoken) => told.push(spoken));
  onTestFinished(() => scene.client.disconnect());
  return withMembers(scene, {
    speaker,
    told,
    watch,
    get texts() {
      return told.map((spoken) => spoken?.text ?? null);
    },
    /** The agent says a text, so many seconds of it; they begin to play. */
    speaks(turn: string, text: string, seconds: number, { isWhole = true } = {}) {
      scene.agentStarts(turn);
      scene.text(turn, text);
      scene.audio(turn, undefined, seconds * second);
      if (isWhole) scene.ends(turn);
      scene.playerEvents.onStarted(turn);
    },
    /** So many ms pass, in which the player goes on; it answers whatever it is asked. */
    async plays(turn: string, from: number, to: number, step = 10) {
      for (let ms = from; ms <= to; ms += step) {
        speaker.heard = scene.player.at(turn, null, ms);
        vi.advanceTimersByTime(step);
        await answered();
      }
    },
    messageOf: (turn: string) => scene.client.getSnapshot().messages.find(({ turnId }) => turnId === turn)!,
  });
}

/** The player's answer comes in a task of its own. */
const answered = () => Promise.resolve().then(() => {});

describe("watchSpokenText()", () => {
  test("tells the words as they are heard, ten times a second at most, and all at the end", async () => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 1990);
    expect(scene.texts.slice(0, 3)).toEqual(["", "Once", "Once upon"]);
    expect(scene.speaker.questions).toBeLessThanOrEqual(20);
    scene.playerEvents.onFinished(scene.player.at("a1", null, 2000));
    vi.advanceTimersByTime(100);
    expect(scene.texts.at(-1)).toBe(story);
    expect(scene.told.every((spoken) => spoken?.isEstimate === false)).toBe(true);
    expect(scene.told.length).toBeLessThanOrEqual(10);
  });

  test("asks nothing and has no timer while nobody reads, nor while the agent is silent", async () => {
    const scene = await createScene();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 500);
    expect([scene.speaker.questions, vi.getTimerCount()]).toEqual([0, idleTimers]);
    const undo = scene.watch();
    await scene.plays("a1", 510, 1000);
    expect(scene.speaker.questions).toBeGreaterThan(4);
    undo();
    const { questions, told } = { questions: scene.speaker.questions, told: scene.told.length };
    await scene.plays("a1", 1010, 1900);
    expect([scene.speaker.questions, scene.told.length, vi.getTimerCount()]).toEqual([questions, told, idleTimers]);

    scene.watch();
    scene.playerEvents.onFinished(scene.player.at("a1", null, 2000));
    vi.advanceTimersByTime(200);
    expect(scene.speaker.questions).toBe(questions + 1);
    expect(vi.getTimerCount()).toBe(idleTimers);
  });

  test("tells at once that nothing was heard of a new message, also between two looks", async () => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 1030);
    scene.agentStarts("a2");
    scene.text("a2", "The end.");
    expect(scene.told.at(-1)).toMatchObject({ text: "Once upon a time", unheardIds: ["assistant:a2"] });
    await scene.client.sendClientResponseText("Go on.");
    scene.agentStarts("a3");
    scene.text("a3", "And then?");
    expect(scene.told.at(-1)).toMatchObject({ messageId: "assistant:a3", text: "" });
  });

  test("changes no message and no snapshot", async () => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    const before = scene.client.getSnapshot();
    const changed = vi.fn();
    scene.client.subscribe(changed);
    await scene.plays("a1", 0, 1900);
    expect(scene.told.length).toBeGreaterThan(5);
    expect(changed).not.toHaveBeenCalled();
    expect(scene.client.getSnapshot()).toBe(before);
  });

  test.each([
    ["by the user", "userStarts", "user"],
    ["by a lost connection", "drops", "connection"],
  ] as const)("an interruption %s freezes it, as the message tells", async (_, how, interruptedBy) => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 1000);
    const shown = scene.texts.at(-1);
    expect(shown).toBe("Once upon a time");
    const { playerEvents } = scene;
    if (how === "drops") scene.socket.drop(1006);
    else scene.userStarts("u1");
    vi.advanceTimersByTime(100);
    await answered();
    expect(scene.texts.at(-1)).toBe(shown);
    playerEvents.onInterrupted(scene.player.at("a1", null, 1450), scene.player.at("a1", null, 1400));
    vi.advanceTimersByTime(200);
    expect(scene.texts.at(-1)).toBe("Once upon a time there");
    expect(scene.messageOf("a1")).toMatchObject({ interruptedBy, heardText: scene.texts.at(-1) });
    const times = scene.told.length;
    await scene.plays("a1", 1100, 2000);
    expect(scene.told.length).toBe(times);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(idleTimers + 1);
  });

  test("goes on with the next turn after a reconnect, and never with the one that was cut", async () => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 1000);
    const { playerEvents } = scene;
    scene.socket.drop(1006);
    playerEvents.onInterrupted(scene.player.at("a1", null, 1000), scene.player.at("a1", null, 1000));
    await scene.comesBack();
    await settle();
    scene.speaks("a2", "And so on.", 1);
    await scene.plays("a2", 0, 600);
    expect(scene.told.at(-1)).toMatchObject({ messageId: "assistant:a2", text: "And so" });
  });

  test("stands still while the player is paused, and while it is ducked goes on", async () => {
    const scene = await createScene();
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 500);
    const times = scene.told.length;
    for (let waited = 0; waited < 20; waited++) {
      vi.advanceTimersByTime(100);
      await answered();
    }
    expect(scene.told.length).toBe(times);
    await scene.plays("a1", 510, 1500);
    expect(scene.told.length).toBeGreaterThan(times);
  });

  test("shows the text that comes after the sound as an estimate, by words, however many pieces it has", async () => {
    const scene = await createScene();
    scene.watch();
    scene.agentStarts("a1");
    scene.audio("a1", undefined, 4 * second);
    scene.playerEvents.onStarted("a1");
    await scene.plays("a1", 0, 1500);
    expect(scene.texts).toEqual([]);
    let updates = 0;
    for (const [index, piece] of ["On", "ce", " up", "on", " a", " ti", "me", " th", "ere"].entries()) {
      scene.says({ type: "response.text.delta", turn_id: "a1", content: piece });
      await scene.plays("a1", 1510 + 20 * index, 1520 + 20 * index);
      updates = scene.told.length;
    }
    // 180 ms: three looks at most.
    expect(updates).toBeLessThanOrEqual(3);
    await scene.plays("a1", 1700, 2000);
    expect(scene.told.at(-1)).toMatchObject({ text: "Once upon a time", isEstimate: true });
    for (const text of scene.texts)
      expect(["", "Once", "Once upon", "Once upon a", "Once upon a time"]).toContain(text);
  });

  test("tells no more than ten times a second, whatever happens", async () => {
    const scene = await createScene();
    scene.agentStarts("a1");
    scene.audio("a1", undefined, 60 * second);
    scene.playerEvents.onStarted("a1");
    const times: number[] = [];
    let now = 0;
    onTestFinished(watchSpokenText(scene.client, () => times.push(now)));
    while (now < 5000) {
      scene.says({ type: "response.text.delta", turn_id: "a1", content: "a b c " });
      // Ten times as fast as speech: there is a new word whenever it looks.
      scene.speaker.heard = scene.player.at("a1", null, now * 10);
      now += 10;
      vi.advanceTimersByTime(10);
      await answered();
    }
    expect(times.length).toBeGreaterThan(40);
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(10);
  });

  test("a player that never answers, or fails, holds nothing up", async () => {
    for (const answer of [() => new Promise<null>(() => {}), () => Promise.reject(new Error("No."))]) {
      const scene = await createScene();
      scene.speaker.position = answer;
      scene.watch();
      scene.speaks("a1", story, 2);
      await scene.plays("a1", 0, 1990);
      scene.playerEvents.onFinished(scene.player.at("a1", null, 2000));
      vi.advanceTimersByTime(200);
      await answered();
      expect(scene.texts.at(-1)).toBe(story);
    }
  });

  test("a player that does not tell where it is: all at the end", async () => {
    const scene = await connected({}, undefined, { speaker: new FakePausableSpeaker() });
    const told: unknown[] = [];
    watchSpokenText(scene.client, (spoken) => told.push(spoken?.text));
    scene.agentStarts("a1");
    scene.text("a1", story);
    scene.audio("a1", undefined, second);
    scene.ends("a1");
    scene.playerEvents.onStarted("a1");
    vi.advanceTimersByTime(900);
    scene.playerEvents.onFinished(scene.player.at("a1", null, 1000));
    vi.advanceTimersByTime(100);
    expect(told).toEqual(["", story]);
    await scene.client.disconnect();
  });

  test("one that throws stops nobody, and is told the next time", async () => {
    const scene = await createScene();
    vi.stubGlobal("reportError", () => {});
    onTestFinished(() => void vi.unstubAllGlobals());
    let calls = 0;
    watchSpokenText(scene.client, () => {
      calls++;
      throw new Error("Mine.");
    });
    scene.watch();
    scene.speaks("a1", story, 2);
    await scene.plays("a1", 0, 1000);
    expect(calls).toBe(scene.told.length);
  });
});

test("spokenTextOf() a message: what is being heard, nothing of what is behind it, all of the rest", async () => {
  const scene = await createScene();
  scene.watch();
  scene.speaks("a0", "Hello.", 1);
  scene.playerEvents.onFinished(scene.player.at("a0", null, 1000));
  scene.speaks("a1", story, 2);
  scene.agentStarts("a2");
  scene.text("a2", "The end.");
  scene.audio("a2");
  await scene.plays("a1", 0, 1000);
  const spoken = scene.told.at(-1)!;
  const of = (turn: string) => spokenTextOf(scene.messageOf(turn), spoken);
  expect([of("a0"), of("a1"), of("a2")]).toEqual(["Hello.", "Once upon a time", ""]);
  expect(spokenTextOf({ ...scene.messageOf("a1"), heardText: "Once" }, null)).toBe("Once");
});

test("the store of a client is one, and is fed while somebody subscribes", async () => {
  const scene = await createScene();
  const store = spokenTextStore(scene.client);
  expect(spokenTextStore(scene.client)).toBe(store);
  const undo = [store.subscribe(() => {}), store.subscribe(() => {})];
  scene.speaks("a1", story, 2);
  await scene.plays("a1", 0, 1000);
  expect(store.get()?.text).toBe("Once upon a time");
  // Two read, and the player is asked once.
  expect(scene.speaker.questions).toBeLessThanOrEqual(11);
  for (const stop of undo) stop();
  expect([store.get(), vi.getTimerCount()]).toEqual([null, idleTimers]);
});
