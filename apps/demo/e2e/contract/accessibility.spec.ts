import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { said } from "../agents.js";
import type { DemoPage } from "../demo-page.js";
import { expect, test } from "./contract.js";

const axe = createRequire(import.meta.url).resolve("axe-core");

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds no fault in any state, ${colorScheme}`, async ({ openScripted, nextSession, server }) => {
    // A colour on its way to another is none to judge.
    const context = { colorScheme, reducedMotion: "reduce", viewport: { width: 375, height: 812 } } as const;
    const demo = await openScripted({ agent: "ag-reserved-push", context });
    await demo.page.addScriptTag({ path: axe });
    await expectNoFaults(demo);

    server.faults.set({ authorize: { status: 503, error: "Down for maintenance.", times: 1 } });
    await demo.button("Start conversation").click();
    await expect(demo.error).toContainText("The server has a problem");
    await expectNoFaults(demo);

    await demo.button("Try again").click();
    const session = await nextSession();
    await demo.write("Hello.");
    await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
    await demo.button("Mute").click();
    await expectNoFaults(demo);

    server.faults.set({ authorize: { hang: true } });
    session.faults.drop({ how: "reset" });
    await expect(demo.status).toHaveText("Reconnecting");
    await demo.write("Are you there?");
    await expect(demo.messages.last()).toContainText("Waits for the connection");
    await expectNoFaults(demo);
    await demo.button("End").click();
    server.faults.set({});
  });

async function expectNoFaults({ page }: DemoPage): Promise<void> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
}
