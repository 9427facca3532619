import { parseServerMessage } from "@layercode/core/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arrival, initialLink, type LinkSettings, transmit } from "./link.js";

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const milliseconds = fc.double({ min: 0, max: 5000, noNaN: true });
const slow = fc.record(
  { latencyMs: milliseconds, jitterMs: milliseconds, kilobitsPerSecond: fc.double({ min: 1, max: 1000, noNaN: true }) },
  { requiredKeys: [] },
);
const frames = fc.record(
  { malformed: probability, unknown: probability, duplicate: probability },
  { requiredKeys: [] },
);
const seed = fc.integer();

/** Sends frames named by their place, each so many ms after the one before. */
function send(gaps: readonly number[], settings: (frame: number) => LinkSettings, seed = 1) {
  let link = initialLink(seed);
  let now = 1000;
  return gaps.map((gap, index) => {
    now += gap;
    const sent = transmit(link, JSON.stringify({ type: "turn.start", index }), now, settings(index));
    link = sent.link;
    return { sentAt: now, arrivals: sent.arrivals };
  });
}

function times(arrivals: readonly Arrival[]): number[] {
  return arrivals.map(({ at }) => at);
}

const gaps = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 30 });

describe("order and time", () => {
  test("nothing overtakes and nothing is early, also when the settings change on the way", () => {
    fc.assert(
      fc.property(gaps, fc.array(slow, { minLength: 1 }), seed, (gaps, settings, seed) => {
        const sent = send(gaps, (index) => settings[index % settings.length]!, seed);
        const all = sent.flatMap(({ arrivals }) => times(arrivals));
        expect(all).toEqual(all.toSorted((a, b) => a - b));
        for (const [index, { sentAt, arrivals }] of sent.entries())
          expect(arrivals[0]!.at).toBeGreaterThanOrEqual(sentAt + (settings[index % settings.length]!.latencyMs ?? 0));
      }),
    );
  });

  test("latency and jitter add what they say and no more", () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, seed, (latencyMs, jitterMs, seed) => {
        // So far apart that none waits for the one before.
        const sent = send([10_000, 10_000, 10_000], () => ({ latencyMs, jitterMs }), seed);
        for (const { sentAt, arrivals } of sent) {
          expect(arrivals).toHaveLength(1);
          expect(arrivals[0]!.at).toBeLessThanOrEqual(sentAt + latencyMs + jitterMs + 1e-6);
        }
      }),
    );
    const [first, second] = send([0, 10_000], () => ({ jitterMs: 1000 })).map(
      ({ sentAt, arrivals }) => arrivals[0]!.at - sentAt,
    );
    expect(first).not.toBeCloseTo(second!, 0);
  });

  test("a line of 8 kbit/s takes a millisecond for each byte, one frame after the other", () => {
    const [first, second, third] = send([0, 0, 500], () => ({ kilobitsPerSecond: 8, latencyMs: 7 }));
    const bytes = '{"type":"turn.start","index":0}'.length;
    expect(times(first!.arrivals)).toEqual([1000 + bytes + 7]);
    expect(times(second!.arrivals)).toEqual([1000 + 2 * bytes + 7]);
    expect(times(third!.arrivals)).toEqual([1500 + bytes + 7]);
  });

  test("without faults a frame arrives when it is sent", () => {
    for (const { sentAt, arrivals } of send([1, 2, 3], () => ({}))) expect(times(arrivals)).toEqual([sentAt]);
  });
});

describe("spoilt frames", () => {
  test("every frame arrives as it was, in its place, once or, as a duplicate, twice", () => {
    fc.assert(
      fc.property(gaps, slow, frames, seed, (gaps, slow, frames, seed) => {
        for (const [index, { arrivals }] of send(gaps, () => ({ ...slow, frames }), seed).entries()) {
          const copies = arrivals.filter(({ text }) => text === JSON.stringify({ type: "turn.start", index }));
          expect(copies.length).toBeGreaterThanOrEqual(1);
          expect(copies.length).toBeLessThanOrEqual(frames.duplicate ? 2 : 1);
        }
      }),
    );
  });

  test("at probability 1 each kind comes with each frame, the malformed unreadable and the unknown unknown", () => {
    const sent = send(Array(200).fill(1), () => ({ frames: { malformed: 1, unknown: 1, duplicate: 1 } }));
    const malformed = new Set<string>();
    for (const { arrivals } of sent) {
      const [first, second, third, fourth] = arrivals.map(({ text }) => text);
      expect(parseServerMessage(first!).ok).toBe(false);
      expect(parseServerMessage(second!)).toMatchObject({ ok: true, message: { type: "unknown" } });
      expect(fourth).toBe(third);
      malformed.add(first!);
    }
    expect(malformed.size).toBeGreaterThan(10);
  });

  test("a probability is about how often it happens", () => {
    const sent = send(Array(2000).fill(1), () => ({ frames: { duplicate: 0.1 } }));
    const duplicates = sent.filter(({ arrivals }) => arrivals.length === 2).length;
    expect(duplicates).toBeGreaterThan(140);
    expect(duplicates).toBeLessThan(260);
  });

  test("a late frame is overtaken, and holds up nobody", () => {
    const [late, next] = send([0, 10], (index) => ({ frames: { late: index === 0 ? 1 : 0, lateMs: 50 } }));
    expect(times(late!.arrivals)).toEqual([1050]);
    expect(times(next!.arrivals)).toEqual([1010]);
  });

  test("a forced fault befalls the frame at any probability", () => {
    const { arrivals } = transmit(initialLink(1), "{}", 0, {}, new Set(["duplicate", "late"]));
    expect(arrivals).toEqual([
      { at: 400, text: "{}" },
      { at: 400, text: "{}" },
    ]);
  });
});

describe("chance", () => {
  const shaky = { jitterMs: 1000, frames: { duplicate: 0.3, malformed: 0.3 } };

  test("the same seed gives the same, another seed something else", () => {
    fc.assert(
      fc.property(gaps, seed, (gaps, seed) => {
        expect(send(gaps, () => shaky, seed)).toEqual(send(gaps, () => shaky, seed));
      }),
    );
    const many = Array(20).fill(1);
    expect(send(many, () => shaky, 1)).not.toEqual(send(many, () => shaky, 2));
  });

  test("what befalls one kind does not depend on the others", () => {
    const many = Array(100).fill(1);
    const index = (sent: ReturnType<typeof send>) =>
      sent.map(({ arrivals }) => arrivals.length - new Set(arrivals.map(({ text }) => text)).size);
    expect(index(send(many, () => shaky))).toEqual(index(send(many, () => ({ frames: { duplicate: 0.3 } }))));
  });
});
