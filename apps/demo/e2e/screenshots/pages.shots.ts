import { fileURLToPath } from "node:url";
import { said } from "../agents.js";
import type { DemoPage } from "../demo-page.js";
import { expect, type OpenOptions, test } from "../fixtures.js";
import { agentTurn, replayFinished } from "../wire.js";

const folder = fileURLToPath(new URL("../../.screenshots/", import.meta.url));

const viewports = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
const schemes = ["light", "dark"] as const;

for (const [device, viewport] of Object.entries(viewports))
  for (const colorScheme of schemes) {
    const context: OpenOptions["context"] = { viewport, colorScheme };
    const name = `${device}-${colorScheme}`;

    test(`in a conversation, ${name}`, async ({ openScripted, nextSession }, { project }) => {
      const demo = await openScripted({ agent: "ag-brief", context });
      await picture(demo, `${name}-start-${project.name}`);
      await demo.button("Start conversation").click();
      const session = await nextSession();
      await replayFinished(session, await agentTurn(session));
      await demo.write("Can I have a table for two, this evening at eight?");
      await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
      await expect(demo.words("The agent is speaking")).toBeVisible();
      await picture(demo, `${name}-conversation-${project.name}`);
    });

    test(`two agents, one held, ${name}`, async ({ openScripted, nextSession }, { project }) => {
      const demo = await openScripted({ agent: "ag-reserved-push", query: "&agent=ag-no-balance", context });
      await demo.button("Start conversation").click();
      await (await nextSession()).waitFor("client.ready");
      await demo.panelOf("ag-no-balance").button("Start conversation").click();
      await expect(demo.panelOf("ag-no-balance").error).toBeVisible();
      await demo.pushToTalk.focus();
      await demo.page.keyboard.down("Space");
      await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
      await picture(demo, `${name}-two-${project.name}`);
    });
  }

async function picture({ page }: DemoPage, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true });
}
