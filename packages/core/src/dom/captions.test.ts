// @vitest-environment happy-dom
import { FakePositionedSpeaker, withMembers } from "@layercode/client-testing";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { idleTimers } from "../../test/world.js";
import { attachCaptions, type CaptionsOptions } from "./captions.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const story = 'It is 3.14 miles. "Far?" it said. Then it ran, and ran.';
const second = 16_000;

async function createScene(options?: CaptionsOptions) {
  const speaker = new FakePositionedSpeaker();
  const scene = await connected({}, undefined, { speaker });
  onTestFinished(() => scene.client.disconnect());
  const place = document.body.appendChild(document.createElement("div"));
  onTestFinished(() => place.remove());
  const attach = () => attachCaptions(place, scene.client, options);
  const part = (selector: string) => place.querySelector(selector)?.textContent;
  return withMembers(scene, {
    place,
    attach,
    undo: attach(),
    /** What is seen: what was heard, and what comes, of the sentence. */
    get seen() {
      return [part("[data-spoken]"), part("[data-ahead]")];
    },
    /** What a screen reader was told, the newest last; the region holds two. */
    get told() {
      return [...place.querySelectorAll("[aria-live] p")].map(({ textContent }) => textContent);
    },
    says(turn: string, text: string, seconds: number) {
      scene.agentStarts(turn);
      scene.text(turn, text);
      scene.audio(turn, undefined, seconds * second);
      scene.ends(turn);
      scene.playerEvents.onStarted(turn);
    },
    async plays(turn: string, from: number, to: number) {
      for (let ms = from; ms <= to; ms += 50) {
        speaker.heard = scene.player.at(turn, null, ms);
        vi.advanceTimersByTime(50);
        await Promise.resolve();
      }
    },
    async finishes(turn: string, ms: number) {
      scene.playerEvents.onFinished(scene.player.at(turn, null, ms));
      vi.advanceTimersByTime(200);
      await Promise.resolve();
    },
  });
}

test("the eyes see the sentence that is heard, word by word; what is read aloud is no word of it", async () => {
  const scene = await createScene();
  scene.says("a1", story, 5);
  const seen: string[] = [];
  for (let ms = 0; ms < 5000; ms += 100) {
    await scene.plays("a1", ms, ms + 50);
    const now = scene.seen.join("|");
    if (seen.at(-1) !== now) seen.push(now);
    // In the silence behind the last word it is over.
    if (now !== "Then it ran, and ran.|") expect(scene.told).toEqual([]);
  }
  expect(seen.slice(0, 5)).toEqual([
    "|It is 3.14 miles. ",
    "It| is 3.14 miles. ",
    "It is| 3.14 miles. ",
    "It is 3.14| miles. ",
    "It is 3.14 miles|. ",
  ]);
  expect(seen.at(-1)).toMatch(/^Then it ran/);
  await scene.finishes("a1", 5000);
  expect(scene.told).toEqual([story]);
  expect(scene.seen).toEqual(["Then it ran, and ran.", ""]);
});

test("what moves is hidden from screen readers, and what they are told is hidden from the eyes, and polite", async () => {
  const { place } = await createScene();
  const [seen, live] = [...place.children] as [HTMLElement, HTMLElement];
  expect(seen.getAttribute("aria-hidden")).toBe("true");
  expect(seen.querySelector("[aria-live]")).toBeNull();
  expect(live.getAttribute("aria-live")).toBe("polite");
  expect(live.style.width).toBe("1px");
});

test("sentence by sentence, each once, where that is asked for", async () => {
  const scene = await createScene({ announce: "sentence" });
  scene.says("a1", "One fox came. It saw a crow. It ran.", 4);
  const told: unknown[] = [scene.told.at(-1)];
  for (let ms = 0; ms < 4000; ms += 100) {
    await scene.plays("a1", ms, ms + 50);
    if (told.at(-1) !== scene.told.at(-1)) told.push(scene.told.at(-1));
  }
  await scene.finishes("a1", 4000);
  expect(told).toEqual([undefined, "One fox came.", "It saw a crow.", "It ran."]);
});

test("nothing is told where that is asked for", async () => {
  const scene = await createScene({ announce: "nothing" });
  scene.says("a1", story, 1);
  await scene.plays("a1", 0, 900);
  await scene.finishes("a1", 1000);
  expect(scene.told).toEqual([]);
});

test("an interrupted turn is told, and shown, as far as it was heard", async () => {
  const scene = await createScene();
  scene.says("a1", story, 5);
  await scene.plays("a1", 0, 1000);
  const { playerEvents } = scene;
  scene.userStarts("u1");
  vi.advanceTimersByTime(100);
  expect(scene.told).toEqual([]);
  playerEvents.onInterrupted(scene.player.at("a1", null, 1000), scene.player.at("a1", null, 1000));
  vi.advanceTimersByTime(200);
  const { heardText } = scene.client.getSnapshot().messages[0]!;
  expect(scene.told).toEqual([heardText]);
  expect(scene.seen).toEqual([heardText, ""]);
});

test("turns that follow each other at once are each told whole", async () => {
  const scene = await createScene();
  scene.says("a1", "One.", 1);
  scene.agentStarts("a2");
  scene.text("a2", "Two.");
  scene.audio("a2", undefined, second);
  scene.ends("a2");
  await scene.plays("a1", 0, 900);
  await scene.finishes("a1", 1000);
  await scene.plays("a2", 0, 400);
  expect(scene.told).toEqual(["One."]);
  await scene.finishes("a2", 1000);
  expect(scene.told).toEqual(["One.", "Two."]);
});

describe("attached later", () => {
  test("nothing is told, or shown, of what was over before", async () => {
    const scene = await createScene();
    scene.undo();
    expect(scene.place.childNodes).toHaveLength(0);
    scene.says("a1", "One.", 1);
    await scene.finishes("a1", 1000);
    expect(vi.getTimerCount()).toBe(idleTimers);
    const undo = scene.attach();
    vi.advanceTimersByTime(200);
    expect([scene.told, scene.seen]).toEqual([[], ["", ""]]);
    undo();
    undo();
  });
});
