import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { decodeBase64, decodeWithAtob, encodeBase64, encodeWithBtoa } from "./base64.js";

/** As `decodeBase64` where the platform has no method of its own, whatever this one has. */
function decodeByAtob(text: string): Uint8Array | null {
  try {
    return decodeWithAtob(text);
  } catch {
    return null;
  }
}

function bytesOf(bytes: Uint8Array | null): number[] | null {
  return bytes && Array.from(bytes);
}

test.each([
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
])("RFC 4648 §10: %j is %j", (plain, encoded) => {
  for (const encode of [encodeBase64, encodeWithBtoa]) expect(encode(Buffer.from(plain))).toBe(encoded);
  for (const decode of [decodeBase64, decodeByAtob]) expect(bytesOf(decode(encoded))).toEqual([...Buffer.from(plain)]);
});

test("bytes of every length are written and read, with padding and without", () => {
  for (let length = 0; length <= 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 255);
    const text = Buffer.from(bytes).toString("base64");
    expect(encodeWithBtoa(bytes)).toBe(text);
    expect(bytesOf(decodeByAtob(text))).toEqual([...bytes]);
    expect(bytesOf(decodeByAtob(text.replaceAll("=", "")))).toEqual([...bytes]);
  }
});

test("any bytes, also a view into a larger buffer, come back the same in a buffer of their own", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(10), (all, offset) => {
      const bytes = all.subarray(Math.min(offset, all.length));
      for (const [encode, decode] of [
        [encodeBase64, decodeBase64],
        [encodeWithBtoa, decodeByAtob],
      ] as const) {
        expect(encode(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        const back = decode(encode(bytes));
        expect(bytesOf(back)).toEqual([...bytes]);
        expect(back?.buffer.byteLength).toBe(bytes.length);
      }
    }),
  );
});

const digits = fc.string({ unit: fc.constantFrom(..."ABYZabyz0189+/") });
const nearlyBase64 = fc.string({ unit: fc.constantFrom(..."AZaz09+/===\t\n\f\r \v-_.\u00a0\u0100"), maxLength: 24 });

test("both ways accept and reject the same", () => {
  fc.assert(
    fc.property(fc.oneof(nearlyBase64, digits, fc.string(), fc.base64String()), (text) => {
      expect(bytesOf(decodeBase64(text))).toEqual(bytesOf(decodeByAtob(text)));
    }),
    { numRuns: 5000 },
  );
}, 60_000);

test.each([
  "A",
  "AAAAA",
  "A=",
  "=",
  "==",
  "A==",
  "AA=",
  "AA===",
  "AAA==",
  "AAAA=",
  "AAAA====",
  "====",
  "AA==AA",
  "A-_A",
  "AA*A",
  "ÀAAA",
  "AAA\u0100",
])("%j is no base64", (text) => {
  expect(decodeByAtob(text)).toBeNull();
  expect(decodeBase64(text)).toBeNull();
});

test.each(["AAAA", " A\tA\nA\fA\r", "AA= =", "AAA", "AA"])("%j is base64", (text) => {
  expect(decodeByAtob(text)).not.toBeNull();
  expect(decodeBase64(text)).not.toBeNull();
});

describe("where the platform has methods of its own", () => {
  test("they are used", () => {
    const toBase64 = vi.fn(() => "own");
    const fromBase64 = vi.fn(() => new Uint8Array([1]));
    const { prototype } = Uint8Array;
    const before = [
      Object.getOwnPropertyDescriptor(prototype, "toBase64"),
      Object.getOwnPropertyDescriptor(Uint8Array, "fromBase64"),
    ] as const;
    onTestFinished(() => {
      for (const [target, name, descriptor] of [
        [prototype, "toBase64", before[0]],
        [Uint8Array, "fromBase64", before[1]],
      ] as const) {
        if (descriptor) Object.defineProperty(target, name, descriptor);
        else Reflect.deleteProperty(target, name);
      }
    });
    Object.defineProperty(prototype, "toBase64", { value: toBase64, configurable: true });
    Object.defineProperty(Uint8Array, "fromBase64", { value: fromBase64, configurable: true });
    expect(encodeBase64(new Uint8Array([7]))).toBe("own");
    expect(decodeBase64("AAAA")).toEqual(new Uint8Array([1]));
    fromBase64.mockImplementation(() => {
      throw new SyntaxError();
    });
    expect(decodeBase64("AAAA")).toBeNull();
  });
});
