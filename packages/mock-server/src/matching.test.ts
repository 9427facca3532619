import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeValue, differences } from "./matching.js";

const message = { type: "x", content: "hello", data: { cart: [{ id: 1, name: "tea" }], total: null } };

describe("what fits", () => {
  test.each([
    ["nothing asked", {}],
    ["a field", { content: "hello" }],
    ["a regular expression", { content: /^hel/ }],
    ["a sticky one, twice", { content: /hel/g }],
    ["a predicate", { content: (text: string) => text.length === 5 }],
    ["nested fields, elements partially", { data: { cart: [{ id: 1 }] } }],
    ["null", { data: { total: null } }],
    ["asymmetric matchers", { content: expect.any(String), data: expect.objectContaining({ total: null }) }],
    ["a field that shall be missing", { other: undefined }],
  ])("%s", (_, match) => {
    expect(differences(message, match)).toEqual([]);
    expect(differences(message, match)).toEqual([]);
  });

  test("every JSON value fits itself, and no other of its fields", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(differences(value, value)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, field) => {
        fc.pre(!Object.hasOwn(value, field));
        expect(differences(value, Object.fromEntries([...Object.entries(value), [field, 0]]))).toHaveLength(1);
        expect(differences(Object.fromEntries([...Object.entries(value), [field, 0]]), value)).toEqual([]);
      }),
    );
  });
});

test.each([
  [{ content: "hallo" }, ['content is "hello", expected "hallo"']],
  [{ content: /^x/ }, ['content is "hello", expected something like /^x/']],
  [{ content: function isLong() {} }, ['content is "hello", expected what isLong accepts']],
  [{ data: { cart: [] } }, ['data.cart is [{"id":1,"name":"tea"}], expected []']],
  [
    { data: { cart: [{ id: 2, name: "Tea" }] } },
    ["data.cart[0].id is 1, expected 2", 'data.cart[0].name is "tea", expected "Tea"'],
  ],
  [{ data: { cart: "tea" } }, ['data.cart is [{"id":1,"name":"tea"}], expected "tea"']],
  [{ data: [1] }, [expect.stringContaining("expected an array of 1")]],
  [{ content: { text: "hello" } }, ['content is "hello", expected {"text":"hello"}']],
  [{ content: expect.any(Number) }, [expect.stringMatching(/content is "hello", expected Any/)]],
  // A field of every object's prototype is none of the message's.
  [{ toString: "x" }, ['toString is missing, expected "x"']],
])("%o does not fit, and it says where", (match, expected) => {
  expect(differences(message, match)).toEqual(expected);
});

test("a value in words is short", () => {
  expect(describeValue({ text: "x".repeat(1000) })).toMatch(/^\{"text":"x+… \(1011 characters\)$/);
  expect(describeValue({ content: /a/, other: expect.any(String) })).toMatch(/\/a\/.*Any/);
  expect([undefined, null, 10n, /a/, Math.max].map(describeValue)).toEqual(["missing", "null", "10", "/a/", "max"]);
});
