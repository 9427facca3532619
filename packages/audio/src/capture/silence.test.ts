import fc from "fast-check";
import { expect, test } from "vitest";
import { createSilenceWatch } from "./silence.js";

/** A watch and a microphone of 20 ms frames that is heard (1), gives zeros (0), is muted or is unmuted. */
function createRoom() {
  const told: boolean[] = [];
  const watch = createSilenceWatch((silent) => told.push(silent));
  let time = 0;
  let zeros = 0;
  let muted = false;
  return {
    told,
    frames(count: number, sound: boolean) {
      for (let frame = 0; frame < count; frame++) {
        time += 0.02;
        zeros = sound && !muted ? 0 : zeros + 0.02;
        watch.follow(zeros, time);
      }
    },
    mute(value: boolean) {
      muted = value;
      watch.setMuted(value, time);
    },
  };
}

test("three seconds of exact zeros are told once, and so is the sound that follows", () => {
  const room = createRoom();
  room.frames(10, true);
  room.frames(149, false);
  expect(room.told).toEqual([]);
  room.frames(500, false);
  expect(room.told).toEqual([true]);
  room.frames(50, true);
  expect(room.told).toEqual([true, false]);
});

test("zeros of a muted microphone tell nothing, and their time does not count afterwards", () => {
  const room = createRoom();
  room.frames(10, true);
  room.mute(true);
  room.frames(500, true);
  room.mute(false);
  room.frames(148, false);
  expect(room.told).toEqual([]);
  room.frames(5, false);
  expect(room.told).toEqual([true]);
  room.mute(true);
  room.frames(500, false);
  room.mute(false);
  room.frames(10, false);
  expect(room.told).toEqual([true]);
  room.frames(1, true);
  expect(room.told).toEqual([true, false]);
});

test("whatever happens, silence and sound alternate, and nothing is told while muted", () => {
  const step = fc.oneof(
    fc.record({ frames: fc.integer({ min: 1, max: 300 }), sound: fc.boolean() }),
    fc.record({ mute: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const room = createRoom();
      let muted = false;
      for (const one of steps) {
        const before = room.told.length;
        if ("mute" in one) {
          muted = one.mute;
          room.mute(muted);
        } else room.frames(one.frames, one.sound);
        if (muted) expect(room.told.length).toBe(before);
      }
      expect(room.told).toEqual(room.told.map((_, index) => index % 2 === 0));
    }),
  );
});
