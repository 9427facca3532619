import { speak } from "@layercode/browser-testing";
import { said } from "../agents.js";
import { pages } from "../pages.js";
import { sentence } from "../sounds.js";
import { expect, test } from "./contract.js";
import { expectReleased } from "./released.js";

test("the address leads to the page, whose code is its own framework's", async ({ open, path }) => {
  const demo = await open({ agent: "ag-reserved" });
  const current = demo.page.getByRole("navigation", { name: "Framework" }).locator("[aria-current=page]");
  await expect(current).toHaveCount(1);
  expect(new URL((await current.getAttribute("href"))!, demo.page.url()).pathname).toBe(path);
  expect(await current.getAttribute("href")).toContain("agent=ag-reserved");

  const scripts = await demo.page.evaluate(() =>
    performance.getEntriesByType("resource").flatMap(({ name }) => (/\.js$/.test(name) ? [name] : [])),
  );
  const sources = await Promise.all(scripts.map((script) => sourcesOf(script)));
  const frameworks = ["react-dom", "@vue", "svelte"].filter((name) =>
    sources.flat().some((source) => source.includes(`/node_modules/${name}`)),
  );
  const own: Record<string, string[]> = { "/": [], "/react": ["react-dom"], "/vue": ["@vue"], "/svelte": ["svelte"] };
  expect(frameworks).toEqual(own[path]);
});

test("another page goes on with the conversation, and so does the way back", async ({
  openScripted,
  nextSession,
  path,
}) => {
  const at = pages.findIndex((page) => page.path === path);
  const target = pages[(at + 1) % pages.length]!;
  const demo = await openScripted({ agent: "ag-reserved", query: "&agent=ag-reserved-push" });
  const other = demo.panelOf("ag-reserved-push");
  await demo.button("Start conversation").click();
  const first = await nextSession();
  await demo.write("One.");
  await expect(demo.messages).toHaveText(["YouOne.", `Agent${said.reply}`]);
  await demo.button("Agent sound").click();
  await demo.button("Mute").click();
  await other.takePartBy("Typing only");
  await other.button("Close").click();

  await demo.switchTo(target.name);
  const second = await nextSession();
  expect(new URL(demo.page.url()).pathname).toBe(target.path);
  expect(new URL(demo.page.url()).searchParams.getAll("agent")).toEqual(["ag-reserved", "ag-reserved-push"]);
  await expect.poll(() => first.closed).toBe(true);
  expect(second.conversationId).toBe(first.conversationId);
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.messages).toHaveText(["YouOne.", `Agent${said.reply}`]);
  await expect(demo.button("Agent sound")).toHaveAttribute("aria-pressed", "false");
  await expect(demo.button("Mute")).toHaveAttribute("aria-pressed", "true");
  await expect(other.status).toHaveCount(0);
  await demo.button("Mute").click();
  await speak(demo.page, await sentence("Do you know me?"));
  await expect(demo.messages).toHaveCount(4);
  await expect(demo.messages.last()).toHaveText(`Agent${said.answer}`);

  await demo.page.goBack();
  const third = await nextSession();
  expect(new URL(demo.page.url()).pathname).toBe(path);
  expect(third.conversationId).toBe(first.conversationId);
  await expect(demo.messages).toHaveCount(4);
  await demo.write("Three.");
  await expect(demo.messages).toHaveCount(6);
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await other.button("Open").click();
  await expect(other.panel.getByRole("radio", { name: "Typing only" })).toBeChecked();

  // A conversation that has ended stays so.
  await demo.button("End").click();
  await demo.switchTo(target.name);
  await expect(demo.button("Resume conversation")).toBeVisible();
  await expect(demo.messages).toHaveCount(6);
});

test("?defer stays through the switcher", async ({ openScripted, nextSession, path }) => {
  const target = pages.find((page) => page.path !== path)!;
  const demo = await openScripted({ agent: "ag-reserved", query: "&defer" });
  await demo.button("Start conversation").click();
  await nextSession();
  await demo.switchTo(target.name);
  await (await nextSession()).waitFor("client.ready");
  await expect(demo.button("Turn on microphone and sound")).toBeVisible();
  await demo.button("Close").click();
  await expectReleased(demo.page);
});

/** What a built script was made of, by its source map. */
async function sourcesOf(script: string): Promise<string[]> {
  const answer = await fetch(`${script}.map`);
  if (!answer.headers.get("content-type")?.startsWith("application/json")) return [];
  return ((await answer.json()) as { sources: string[] }).sources;
}
