import { createTcpProxy } from "@layercode/browser-testing";
import type { MockServer, MockSession } from "@layercode/mock-server";
import { said } from "../agents.js";
import type { DemoPage } from "../demo-page.js";
import type { Fixtures } from "../fixtures.js";
import { agentTurn } from "../wire.js";
import { expect, test } from "./contract.js";

test("a connection that breaks is mended: the page says so, and what it cut", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const demo = await openScripted({ agent: "ag-talkative" });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await agentTurn(session);
  await expect(demo.words("The agent is speaking")).toBeVisible();

  await loseConnection(demo, session, server);
  await expect(demo.words(/^(It was cut|The server cannot be reached)\. Coming back: attempt \d/)).toBeVisible();
  await expect(demo.messages.first()).toContainText("Cut off with the connection");

  server.faults.set({});
  const again = await nextSession();
  expect(again.conversationId).toBe(session.conversationId);
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.words("The agent is speaking")).toBeVisible();
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toBeHidden();
});

test("a conversation can be muted and ended also while it is coming back", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  const session = await begin(demo, nextSession);
  server.faults.set({ authorize: { hang: true } });
  session.faults.drop({ how: "reset" });
  await expect(demo.status).toHaveText("Reconnecting");
  await expect(demo.pushToTalk).toBeEnabled();
  await demo.button("Mute").click();
  await expect(demo.button("Mute")).toHaveAttribute("aria-pressed", "true");
  await expect(demo.pushToTalk).toBeDisabled();
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.error).toBeHidden();
  server.faults.set({});
});

test("what is written while the connection is being mended waits for it, and is sent once", async ({
  open,
  nextSession,
  server,
}) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.takePartBy("Typing only");
  const session = await begin(demo, nextSession);
  await loseConnection(demo, session, server);
  await demo.write("One.");
  await expect(demo.text).toBeFocused();
  await demo.write("Two.");
  await expect(demo.messages).toHaveText(["YouOne.Waits for the connection", "YouTwo.Waits for the connection"]);
  await expect(demo.text).toHaveValue("");

  server.faults.set({});
  const again = await nextSession();
  await expect(demo.status).toHaveText("Connected");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  await expect(demo.messages.filter({ hasText: "You" })).toHaveText(["YouOne.", "YouTwo."]);
  const written = again.received.messages.flatMap(({ message }) =>
    message.type === "client.response.text" ? [message.content] : [],
  );
  expect(written).toEqual(["One.", "Two."]);
});

test("what may not have arrived is marked; what was never sent comes back into the text box", async ({
  open,
  nextSession,
  server,
}) => {
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const demo = await open({ agent: "ag-reserved", origin: `http://127.0.0.1:${proxy.port}` });
  await demo.takePartBy("Typing only");
  await begin(demo, nextSession);
  // Nothing passes any more, and then the connection is gone.
  proxy.blackhole();
  await demo.write("Did you get this?");
  await expect(demo.messages).toHaveText(["YouDid you get this?"]);
  proxy.refuse();
  proxy.cut();
  await expect(demo.status).toHaveText("Reconnecting");
  await expect(demo.messages).toHaveText(["YouDid you get this?May not have arrived"]);

  await demo.write("And this?");
  await expect(demo.messages.last()).toHaveText("YouAnd this?Waits for the connection");
  await demo.button("End").click();
  await expect(demo.status).toHaveText("Not connected");
  await expect(demo.messages.last()).toHaveText("YouAnd this?Not sent");
  await expect(demo.text).toHaveValue("And this?");

  proxy.restore();
  await demo.button("Resume conversation").click();
  const again = await nextSession();
  // Until the page is connected the box takes no keys, and a press does not wait for it as a click would.
  await expect(demo.text).toBeEnabled();
  await demo.text.press("Enter");
  await expect(demo.messages.last()).toHaveText(`Agent${said.reply}`);
  expect((await again.waitFor("client.response.text")).content).toBe("And this?");
  await demo.button("Close").click();
  await proxy.close();
});

test("a button that is held stays held while the connection is being mended", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const demo = await openScripted({ agent: "ag-reserved-push" });
  const session = await begin(demo, nextSession);
  const box = await demo.pushToTalk.boundingBox();
  await demo.page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await demo.page.mouse.down();
  await session.waitFor("client.audio");

  await loseConnection(demo, session, server);
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
  await expect(demo.pushToTalk).toBeEnabled();
  server.faults.set({});
  const again = await nextSession();
  // The turn begins anew.
  await again.waitFor("client.audio", { after: await again.waitFor("trigger.turn.start") });
  await expect(demo.pushToTalk).toHaveAttribute("aria-pressed", "true");
  await demo.page.mouse.up();
  await again.waitFor("trigger.turn.end");
});

/** Connected, with the first frame on the wire. */
async function begin(demo: DemoPage, nextSession: Fixtures["nextSession"]): Promise<MockSession> {
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.ready");
  return session;
}

/** The connection breaks, and the server lets nobody in until it is told to. */
async function loseConnection(demo: DemoPage, session: MockSession, server: MockServer): Promise<void> {
  server.faults.set({ authorize: { status: 503, error: "Be right back." } });
  session.faults.drop({ how: "reset" });
  await expect(demo.status).toHaveText("Reconnecting");
}
