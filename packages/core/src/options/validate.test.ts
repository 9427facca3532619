import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optionValues, reconnectValues } from "../../test/option-values.js";
import { createWorld } from "../../test/world.js";
import { LayercodeClient } from "../client/client.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";
import { validateOptions } from "./validate.js";

const make = (options: object) =>
  new LayercodeClient({ agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize", ...options });
const action = () => {};
const circle: Record<string, unknown> = {};
circle.self = circle;

/** The options that are checked, and the fields of `reconnect`, which are named with a dot. */
const values = {
  ...optionValues,
  ...Object.fromEntries(Object.entries(reconnectValues).map(([name, of]) => [`reconnect.${name}`, of])),
};

const given = (name: string, value: unknown) => {
  const [, field] = name.split("reconnect.");
  return field ? { reconnect: { [field]: value } } : { [name]: value };
};

describe("an option", () => {
  test.each(Object.entries(values))("%s is taken where it makes sense, and refused by name where not", (name, of) => {
    for (const value of of.right) expect(() => make(given(name, value))).not.toThrow();
    for (const value of of.wrong) {
      const refused = expect(() => make(given(name, value)));
      refused.toThrow(expect.objectContaining({ code: "invalid-option" }));
      refused.toThrow(new RegExp(`^Option "${name.replace(".", "\\.")}" is .+\\. Pass .{3,}\\.$`));
    }
  });

  test("that is refused is shown with its value and the remedy", () => {
    expect(() => make({ agentId: " " })).toThrow('Option "agentId" is " ". Pass the id of your agent');
    expect(() => make({ authorizeSessionEndpoint: undefined })).toThrow('"authorizeSessionEndpoint" is missing');
    expect(() => make({ connectTimeout: -1 })).toThrow(
      '"connectTimeout" is -1. Pass a number of milliseconds above 0.',
    );
    expect(() => make({ volume: NaN })).toThrow('"volume" is NaN');
    expect(() => make({ metadata: [] })).toThrow('"metadata" is []');
    expect(() => make({ logLevel: "loud" })).toThrow(
      '"logLevel" is "loud". Pass one of silent, error, warn, info, debug.',
    );
    expect(() => make({ wakeLock: circle })).toThrow('"wakeLock" is [object Object]');
    expect(() => make({ wakeLock: Object.assign(Object.create(null), { circle }) })).toThrow("is [object Object]");
    expect(() => make({ wakeLock: "x".repeat(1000) })).toThrow(/^.{0,150}$/);
    expect(() => new LayercodeClient(undefined as never)).toThrow('"agentId" is missing');
  });

  test.each([
    ["apiKey", 'Keep it in your backend: pass "authorizeSessionEndpoint".'],
    ["pipelineId", 'Pass "agentId".'],
    ["_websocketUrl", 'Pass "url".'],
  ])(
    "that must not be passed, or is called otherwise since, is refused with what to do instead: %s",
    (name, instead) => {
      expect(() => make({ [name]: "x" })).toThrow(`There is no option "${name}". ${instead}`);
      expect(() => make({ [name]: undefined })).not.toThrow();
      expect(() => new LayercodeClient({ [name]: "x" } as never)).toThrow(instead);
    },
  );

  test.each([
    ["agentID", "agentId"],
    ["onmessage", "onMessage"],
    ["audioinput", "audioInput"],
    ["URL", "url"],
  ])("that is spelt %s is refused, and the right spelling named", (wrong, right) => {
    expect(() => make({ [wrong]: undefined })).toThrow(`There is no option "${wrong}". Pass "${right}".`);
    expect(() => make({ reconnect: { maxattempts: 3 } })).toThrow('Pass "reconnect.maxAttempts"');
  });

  test("that this version does not know is left alone: it may be one of another's", () => {
    expect(() => make({ enableVAD: true, vadResumeDelay: 500, onDeviceSwitched: action })).not.toThrow();
  });

  test("that setOptions() refuses changes nothing", async () => {
    const { client, options, log } = createWorld();
    expect(() => client.setOptions({ ...options, onError: action, audioInput: false, volume: 2 })).toThrow(/"volume"/);
    expect(client.getSnapshot()).toMatchObject({ audioInput: true, volume: 1 });
    await client.sendClientResponseText("hello").catch(action);
    expect(log).toEqual(["error not-connected"]);
  });
});

test("whatever is given, validateOptions() throws invalid-option, or nothing", () => {
  const known = Object.entries(optionValues).flatMap(([name, { right, wrong }]) =>
    [...right, ...wrong].map((value) => fc.tuple(fc.constantFrom(name, name.toUpperCase()), fc.constant(value))),
  );
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
  const entry = fc.oneof(
    ...known,
    fc.tuple(fc.constantFrom(...Object.keys(optionValues)), anything),
    fc.tuple(fc.string(), anything),
    fc.tuple(fc.constant("reconnect"), fc.dictionary(fc.constantFrom(...Object.keys(reconnectValues)), anything)),
  );
  const required = { agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize" };
  const given = fc.oneof(fc.array(entry).map(Object.fromEntries), anything);
  fc.assert(
    fc.property(given, fc.boolean(), (options, isWhole) => {
      try {
        validateOptions((isWhole ? { ...required, ...Object(options) } : options) as LayercodeClientOptions);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-option" });
      }
    }),
    { numRuns: 1000 },
  );
});
