import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesPerSample } from "./drain.js";
import { Uplink } from "./uplink.js";

/** How much may wait, in samples: what the gate says. */
const limit = 80_000;

/** An uplink, and a socket whose network takes what it is told to. Frames are told apart by their number. */
function createScene() {
  const uplink = new Uplink();
  let [now, heardCount, unsentBytes, sentBytes] = [0, 0, 0, 0];
  uplink.begin(now);
  const scene = {
    uplink,
    /** The numbers of what was written, in order. */
    written: [] as number[],
    losses: 0,
    /** In samples. */
    dropped: 0,
    writtenSamples: 0,
    heardSamples: 0,
    deaths: 0,
    get unsentBytes() {
      return unsentBytes;
    },
    write(frames: { pcm: Int16Array }[]) {
      for (const { pcm } of frames) {
        scene.written.push(pcm[0] as number);
        scene.writtenSamples += pcm.length;
        unsentBytes += pcm.length * bytesPerSample;
      }
    },
    /** As the runtime does it, once a frame. */
    hears(count = 1, samples = 160) {
      for (let n = 0; n < count; n++) {
        if (uplink.look({ unsentBytes, sentBytes }, now)) scene.deaths++;
        const pcm = new Int16Array(samples).fill(heardCount++);
        scene.heardSamples += samples;
        const { dropped, isFirstLoss } = uplink.push({ pcm, time: 0 }, limit);
        scene.dropped += dropped;
        if (isFirstLoss) scene.losses++;
        scene.write(uplink.take({ unsentBytes, sentBytes }));
      }
    },
    /** Time passes, and the network takes so many samples. */
    passes(ms: number, samples = Infinity) {
      now += ms;
      const bytes = Math.min(unsentBytes, samples * bytesPerSample);
      unsentBytes -= bytes;
      sentBytes += bytes;
    },
    /** Frames of 20 ms as they come, while the network takes `speed` times as much as that. */
    talks(frames: number, speed: number) {
      for (let n = 0; n < frames; n++) {
        scene.passes(20, 160 * speed);
        scene.hears();
      }
    },
    get heardCount() {
      return heardCount;
    },
  };
  return scene;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("the way from the microphone to the socket", () => {
  test("holds nothing up while the network keeps up", () => {
    const scene = createScene();
    for (let n = 1; n <= 100; n++) {
      scene.talks(1, 1);
      expect(scene.written).toHaveLength(n);
    }
  });

  test("writes a burst at once, however long the page was busy: it does not know yet what the network takes", () => {
    const scene = createScene();
    scene.talks(50, 1);
    scene.passes(60_000);
    scene.hears(3000);
    expect(scene.written).toEqual(upTo(3050));
    scene.talks(200, 20);
    expect([scene.written, scene.losses, scene.deaths]).toEqual([upTo(3250), 0, 0]);
  });

  test("writes no more than half a second into a socket that is behind", () => {
    const scene = createScene();
    scene.talks(200, 0);
    expect(scene.written.length).toBeLessThan(80);
    scene.passes(20, 60 * 160);
    scene.hears();
    expect(scene.unsentBytes / bytesPerSample).toBeLessThanOrEqual(4000 + 160);
    scene.passes(20);
    scene.hears();
    expect(scene.unsentBytes / bytesPerSample).toBeLessThanOrEqual(4000 + 160);
    scene.talks(200, 3);
    expect(scene.written).toEqual(upTo(402));
  });

  test("gives all that waits to the end of a press", () => {
    const scene = createScene();
    scene.talks(200, 0);
    scene.write(scene.uplink.takeAll());
    expect(scene.written).toEqual(upTo(200));
    expect(scene.uplink.takeAll()).toEqual([]);
  });

  test("of a network that takes nothing, drops the oldest of 10 s, and tells of it once until all is well again", () => {
    const scene = createScene();
    for (const losses of [1, 2]) {
      scene.talks(1000, 0);
      expect(scene.losses).toBe(losses);
      const { heardCount } = scene;
      scene.talks(1000, 3);
      expect(scene.written).toEqual(expect.arrayContaining(upTo(1450).map((n) => heardCount - 450 + n)));
      expect(scene.written.length).toBeLessThan(scene.heardCount - 400 * losses);
    }
  });

  test("says that a connection is dead whose network has taken nothing for 6 s", () => {
    const scene = createScene();
    scene.talks(300, 0);
    expect(scene.deaths).toBe(0);
    scene.talks(2, 0);
    expect(scene.deaths).toBeGreaterThan(0);
  });

  test("whatever the page does: while the network takes more than is said, nothing is lost, nor blamed on it", () => {
    const bursts = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 15 });
    fc.assert(
      fc.property(bursts, fc.double({ min: 1.2, max: 50, noNaN: true }), (steps, speed) => {
        const scene = createScene();
        for (const frames of steps) {
          // The page was busy for as long as these frames take; the network was not, and the page is told when it wakes.
          scene.hears(frames);
          scene.passes(frames * 20, frames * 160 * speed);
          scene.talks(10, speed);
        }
        scene.talks(1000, speed);
        expect(scene.written).toEqual(upTo(scene.heardCount));
        expect([scene.losses, scene.deaths]).toEqual([0, 0]);
      }),
    );
  });

  test("whatever the network does: what leaves is in order, whole, once, and what waits is bounded", () => {
    const step = fc.record({
      passes: fc.nat({ max: 3000 }),
      taken: fc.nat({ max: 4000 }),
      frames: fc.nat({ max: 20 }),
      samples: fc.integer({ min: 1, max: 800 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const scene = createScene();
        for (const { passes, taken, frames, samples } of steps) {
          scene.passes(passes, taken);
          scene.hears(frames, samples);
        }
        const rest = scene.uplink.takeAll();
        expect(rest.reduce((sum, { pcm }) => sum + pcm.length, 0)).toBeLessThanOrEqual(limit);
        scene.write(rest);
        expect(scene.written).toEqual([...new Set(scene.written)].sort((a, b) => a - b));
        if (scene.heardCount > 0) expect(scene.written.at(-1)).toBe(scene.heardCount - 1);
        if (scene.losses === 0) expect(scene.written).toHaveLength(scene.heardCount);
        expect(scene.dropped > 0).toBe(scene.losses > 0);
        expect(scene.writtenSamples + scene.dropped).toBe(scene.heardSamples);
      }),
    );
  });
});
