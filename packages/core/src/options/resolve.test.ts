import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { optionValues, reconnectValues } from "../../test/option-values.js";
import type { LayercodeClientOptions } from "./layercode-client-options.js";
import { type ResolvedOptions, resolveOptions } from "./resolve.js";
import { rows } from "./table.js";

const required = { agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize" };
const defaults = [...rows].flatMap(([name, [, , byDefault]]) =>
  byDefault === undefined ? [] : [[name, byDefault] as const],
);

test("without a word, each option is what the table says", () => {
  expect(resolveOptions(required)).toEqual({ ...required, ...Object.fromEntries(defaults) });
  expect(resolveOptions(required)).toMatchObject({ audioInput: true, volume: 1, connectTimeout: 15_000 });
});

test("what has a default is known to be there; what has none may be absent, and who may be null stays so", () => {
  expectTypeOf<ResolvedOptions>().toExtend<LayercodeClientOptions>();
  expectTypeOf<ResolvedOptions["volume"]>().toEqualTypeOf<number>();
  expectTypeOf<ResolvedOptions["conversationId"]>().toEqualTypeOf<string | null>();
  expectTypeOf<ResolvedOptions["mediaStream"]>().toEqualTypeOf<MediaStream | undefined>();
  expectTypeOf<ResolvedOptions["onConnect"]>().toEqualTypeOf<LayercodeClientOptions["onConnect"]>();
});

test("what is wrong is refused", () => {
  expect(() => resolveOptions({ ...required, volume: 2 })).toThrow('Option "volume" is 2');
});

test("whatever is given is kept, whatever is not has its default, and nothing is written into what was given", () => {
  const of = (values: Record<string, { right: unknown[] }>) =>
    fc.record(
      Object.fromEntries(Object.entries(values).map(([name, { right }]) => [name, fc.constantFrom(...right)])),
      { requiredKeys: [] },
    );
  const unset = fc.dictionary(fc.constantFrom(...Object.keys(optionValues)), fc.constant(undefined));
  const foreign = fc.dictionary(
    fc.string().map((name) => `another ${name}`),
    fc.integer(),
  );
  const reconnect = fc.option(of(reconnectValues), { nil: false });
  fc.assert(
    fc.property(of(optionValues), unset, foreign, reconnect, (right, ...others) => {
      const [undefineds, unknown, mended] = others;
      const options: Record<string, unknown> = { ...unknown, ...undefineds, ...right, ...required, reconnect: mended };
      const before = { ...options };
      const resolved: Record<string, unknown> = {
        ...resolveOptions(Object.freeze(options) as unknown as LayercodeClientOptions),
      };
      expect(options).toEqual(before);
      for (const [name, value] of Object.entries(options)) if (value !== undefined) expect(resolved[name]).toBe(value);
      for (const [name, byDefault] of defaults) if (options[name] === undefined) expect(resolved[name]).toBe(byDefault);
    }),
  );
});
