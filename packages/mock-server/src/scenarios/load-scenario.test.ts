import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import { echo, loadScenario } from "../index.js";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "scenarios-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test("by name", async () => {
  expect(await loadScenario("echo")).toBe(echo);
  await expect(loadScenario("eco")).rejects.toThrow(/no scenario "eco"\. Use assistant, echo, interview.* or the path/);
  await expect(loadScenario("constructor")).rejects.toThrow(/no scenario/);
});

test("from JSON, and it runs", async () => {
  const path = await file("greet.json", '{"turns":[{"text":"Hello."},{"waitFor":"user","text":"Bye, {text}."}]}');
  const client = await connect(await startServer({ scenario: await loadScenario(path) }));
  client.type("Ada");
  await client.next("response.text", ({ content }) => content === "Bye, Ada.");
});

test("from JSON with a byte order mark, as some editors save it", async () => {
  const path = await file("marked.json", '\ufeff{"turns":[{"text":"Hello."}]}');
  expect(await loadScenario(path)).toEqual({ turns: [{ text: "Hello." }] });
});

describe("from a module", () => {
  test.each([
    ["default.mjs", 'export default { turns: [{ say: "x" }] }', { turns: [{ say: "x" }] }],
    ["named.mjs", 'export const scenario = { turns: [{ say: "x" }] }', { turns: [{ say: "x" }] }],
    ["hooks.mjs", "export default { start() {} }", { start: expect.any(Function) }],
  ])("%s", async (name, content, scenario) => {
    expect(await loadScenario(await file(name, content))).toEqual(scenario);
  });
});

test("TypeScript where Node reads it; elsewhere the error says which Node does", async () => {
  const path = await file("typed.ts", 'export default { turns: [{ say: "x" as string }] };');
  const loaded = await loadScenario(path).catch(String);
  if (typeof loaded === "string")
    expect(loaded).toMatch(/typed\.ts cannot be used: Node [\d.]+ cannot read TypeScript/);
  else expect(loaded).toEqual({ turns: [{ say: "x" }] });
});

describe("what is wrong is named, with the file", () => {
  test.each([
    ["no-json.json", "{", /no-json\.json cannot be used: .*JSON/],
    ["list.json", "[]", /list\.json cannot be used: it is no object with "turns"/],
    ["place.json", '{"turns":[{"say":"a"},{"say":7}]}', /place\.json cannot be used: turns\[1\]\.say is the number 7/],
    ["nothing.mjs", "export const x = 1", /nothing\.mjs cannot be used: its export "default" or "scenario" is neither/],
    ["throws.mjs", "throw new Error('at import')", /throws\.mjs cannot be used: at import/],
    ["hook.mjs", "export default { start: 1 }", /hook\.mjs cannot be used: scenario\.start is the number 1/],
  ])("%s", async (name, content, message) => {
    await expect(loadScenario(await file(name, content))).rejects.toThrow(message);
  });

  test("a file that is not there", async () => {
    await expect(loadScenario(join(directory, "none.json"))).rejects.toThrow(
      /none\.json cannot be used: .*no such file/,
    );
    await expect(loadScenario(join(directory, "none.mjs"))).rejects.toThrow(/none\.mjs cannot be used:/);
  });
});

test("a relative path is one from where the process runs", async () => {
  const path = await file("here.json", '{"turns":[{"say":"x"}]}');
  const relative = join("..".concat("/..".repeat(30)), path);
  expect(join(process.cwd(), relative)).toBe(path);
  expect(await loadScenario(relative)).toEqual({ turns: [{ say: "x" }] });
});
