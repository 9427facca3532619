import { expect, test } from "./contract.js";

test("the agent's backend acts in the page by a tool, and is told what came of it, also after a lost connection", async ({
  open,
  nextSession,
}) => {
  const demo = await open({ agent: "ag-tools" });
  const accent = () => demo.page.evaluate(() => document.documentElement.style.getPropertyValue("--accent"));
  await demo.takePartBy("Typing only");
  await demo.startButton.click();
  const session = await nextSession();
  await expect(demo.status).toHaveAttribute("data-status", "connected");
  expect(await accent()).toBe("");
  await demo.write("green");
  await expect(demo.transcript).toContainText('{"painted":"green"}');
  expect(await accent()).toContain("#2f6a1c");

  session.close(1012, "It restarts.");
  await nextSession();
  await expect(demo.status).toHaveAttribute("data-status", "connected");
  await demo.write("blue");
  await expect(demo.transcript).toContainText('{"painted":"blue"}');
  expect(await accent()).toContain("#1d55b4");

  await demo.write("loud");
  await expect(demo.transcript).toContainText("invalid-input");
  expect(await accent()).toContain("#1d55b4");
});
