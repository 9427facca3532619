import type { AudioErrorCode } from "@layercode/audio";
import { expectTypeOf, test } from "vitest";
import type { audioErrorCodes } from "./errors.js";

test("core knows every code that the audio package fails with, and no other", () => {
  expectTypeOf<(typeof audioErrorCodes)[number]>().toEqualTypeOf<AudioErrorCode>();
});
