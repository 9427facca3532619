import { expect, test } from "vitest";
import { type Census, describeLeft, expectNothingLeft } from "./resource-census.js";

const nothing: Census = {
  tracks: [],
  sockets: [],
  contexts: [],
  timers: [],
  animationFrames: [],
  listeners: [],
  requests: [],
  objectUrls: [],
};

test("what is left is named, what was there before is not", () => {
  const before = { ...nothing, listeners: ['window "resize"'] };
  const census = { ...nothing, listeners: ['window "resize"', 'window "resize"'], timers: ["setTimeout 50 ms"] };
  expect(describeLeft(census, before)).toBe('timers: 1 left (setTimeout 50 ms)\nlisteners: 1 left (window "resize")');
  expect(() => expectNothingLeft(census)).toThrow("setTimeout 50 ms");
  expect(describeLeft(before, census)).toBe("");
  expectNothingLeft(nothing);
});
