import { afterEach, expect, test, vi } from "vitest";
import { unlockAudioContext } from "./unlock.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("makes a context at the device's rate and starts it, all before the first await", () => {
  const made: unknown[] = [];
  const resume = vi.fn(() => Promise.reject(new Error("no gesture")));
  const stub = function (this: { resume: unknown }, options: unknown) {
    made.push(options);
    this.resume = resume;
  };
  vi.stubGlobal("AudioContext", stub);
  expect(unlockAudioContext()).toBeInstanceOf(stub);
  expect(made).toEqual([undefined]);
  expect(resume).toHaveBeenCalledOnce();
});

test("where there is none to be had, or none more, there is none; it never throws", () => {
  expect(unlockAudioContext()).toBeNull();
  vi.stubGlobal("AudioContext", function AudioContext() {
    throw new DOMException("too many", "NotSupportedError");
  });
  expect(unlockAudioContext()).toBeNull();
});
