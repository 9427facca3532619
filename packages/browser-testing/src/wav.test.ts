import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { concatenate, decodeWav, encodeWav, readWav, silence, writeWav } from "./wav.js";

const audio = fc.record({
  samples: fc.int16Array(),
  sampleRate: fc.integer({ min: 1, max: 192_000 }),
});

test("what is written is read again", () => {
  const property = fc.property(audio, (sound) => {
    expect(decodeWav(encodeWav(sound))).toEqual(sound);
  });
  fc.assert(property);
});

test("a file survives the disk", async () => {
  const path = join(tmpdir(), `${randomUUID()}.wav`);
  const sound = { samples: Int16Array.of(0, 1, -1, 32767, -32768), sampleRate: 16_000 };
  try {
    await writeWav(path, sound);
    expect(await readWav(path)).toEqual(sound);
  } finally {
    await rm(path, { force: true });
  }
});

test("chunks that are not sound are passed over, those of odd length with their padding", () => {
  const bytes = encodeWav({ samples: Int16Array.of(7, 8), sampleRate: 8000 });
  const note = Uint8Array.of(...[..."note"].map((letter) => letter.charCodeAt(0)), 3, 0, 0, 0, 1, 2, 3, 0);
  const withNote = new Uint8Array([...bytes.subarray(0, 36), ...note, ...bytes.subarray(36)]);
  expect(decodeWav(withNote).samples).toEqual(Int16Array.of(7, 8));
});

test("a data chunk that announces more than there is, gives what there is", () => {
  const bytes = encodeWav({ samples: Int16Array.of(7, 8), sampleRate: 8000 });
  new DataView(bytes.buffer).setUint32(40, 0xffffffff, true);
  expect(decodeWav(bytes).samples).toEqual(Int16Array.of(7, 8));
});

test("what is not PCM16 mono is refused by name", () => {
  const stereo = encodeWav({ samples: new Int16Array(4), sampleRate: 8000 });
  stereo[22] = 2;
  expect(() => decodeWav(stereo)).toThrow("2 channels");
});

const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : [...part])));

test.each([
  ["nothing", bytesOf(), "no WAV file"],
  ["three bytes", bytesOf("RIF"), "no WAV file"],
  ["another format", bytesOf("RIFF", [0, 0, 0, 0], "AVI "), "no WAV file"],
  ["no data", encodeWav({ samples: new Int16Array(4), sampleRate: 8000 }).subarray(0, 36), "or no data"],
  ["data before its format", bytesOf("RIFF", [0, 0, 0, 0], "WAVEdata", [2, 0, 0, 0, 1, 0]), "no fmt chunk"],
  ["half a format", bytesOf("RIFF", [0, 0, 0, 0], "WAVEfmt ", [16, 0, 0, 0, 1, 0]), "no fmt chunk"],
])("%s is refused by name", (_, file, message) => {
  expect(() => decodeWav(file)).toThrow(message);
});

test("sounds join at one rate only", () => {
  const one = { samples: Int16Array.of(1, 2), sampleRate: 8000 };
  expect(concatenate(one, silence(0.00025, 8000), one).samples).toEqual(Int16Array.of(1, 2, 0, 0, 1, 2));
  expect(() => concatenate(one, silence(1, 16_000))).toThrow("8000 Hz and 16000 Hz");
});

test("a file may stand anywhere in a buffer, as what Node reads does", () => {
  const sound = { samples: Int16Array.of(7, -8), sampleRate: 8000 };
  const file = encodeWav(sound);
  const pool = new Uint8Array(file.length + 4);
  pool.set(file, 3);
  expect(decodeWav(pool.subarray(3, 3 + file.length))).toEqual(sound);
});
