// Holding to talk, and drawing levels, where the page's own document is not the element's: in a shadow root, an iframe, a
// pop-out. And what only a real keyboard and a real mouse do.
import { fileURLToPath } from "node:url";
import type { LayercodeClient } from "@layercode/core";
import type { MockSession } from "@layercode/mock-server";
import type { Frame, Page } from "@playwright/test";
import { build } from "esbuild";
import { expect, type Fixtures, test } from "./fixtures.js";
import { received } from "./wire.js";

interface OtherDocument {
  inside: Page | Frame;
  keyboard: Page;
  close(): Promise<unknown>;
}

/** What the script in the page leaves for the tests. */
interface Scene {
  client: LayercodeClient;
  attachPushToTalk: typeof import("@layercode/core").attachPushToTalk;
  attachVisualizer: typeof import("@layercode/core").attachVisualizer;
  watchAudioLevel: typeof import("@layercode/core").watchAudioLevel;
}
declare global {
  var scene: Scene;
  /** How many animation frames were asked of a window, since `countFrames()`. */
  var askedFrames: number;
  /** Media queries that were asked of a window. */
  var askedMedia: string[];
}

/** A page with one connected client, whose agent listens while something is held. */
async function start({ openScripted, nextSession }: Pick<Fixtures, "openScripted" | "nextSession">) {
  const bundle = await build({
    stdin: {
      contents: `
        import { attachPushToTalk, attachVisualizer, LayercodeClient, watchAudioLevel } from "@layercode/core";
        const client = new LayercodeClient({
          agentId: "ag-reserved-push",
          authorizeSessionEndpoint: "/api/authorize",
          url: "ws://" + location.host + "/v1/agents/web/websocket",
        });
        globalThis.scene = { client, attachPushToTalk, attachVisualizer, watchAudioLevel };`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const { page } = await openScripted();
  await page.setContent(`
    <style>button, canvas { display: block; width: 120px; height: 60px }</style>
    <button id="talk">Talk</button><input id="text" /><button id="other">Other</button>`);
  await page.addScriptTag({ type: "module", content: bundle.outputFiles[0]?.text ?? "" });
  await page.waitForFunction(() => "scene" in globalThis);
  await page.locator("#other").click();
  await page.evaluate(() => scene.client.connect());
  const session = await nextSession();
  await session.waitFor("client.ready");
  return { page, session };
}

const isPressed = (page: Page) => page.evaluate(() => scene.client.getSnapshot().pushToTalk.pressed);
const expectPressed = (page: Page, pressed: boolean) => expect.poll(() => isPressed(page)).toBe(pressed);
/** The turns that the server was told of. */
const turns = (session: MockSession) => received(session).filter((type) => type.startsWith("trigger.turn"));
const once = ["trigger.turn.start", "trigger.turn.end"];

/** Makes `#talk` push-to-talk. */
const attach = (page: Page, key?: string) =>
  page.evaluate((key) => {
    const button = document.querySelector<HTMLElement>("#talk");
    if (button) scene.attachPushToTalk(button, scene.client, key === undefined ? {} : { key });
  }, key);

/** The middle of what a locator finds. */
async function pointAt(page: Page | Frame, selector: string): Promise<[x: number, y: number]> {
  const box = await page.locator(selector).boundingBox();
  return [box!.x + box!.width / 2, box!.y + box!.height / 2];
}

for (const [hotkey, code] of [
  ["1", "Digit1"],
  ["/", "Slash"],
])
  test(`the hotkey ${hotkey} that is released under Shift closes the microphone`, async ({
    openScripted,
    nextSession,
  }) => {
    const { page, session } = await start({ openScripted, nextSession });
    await attach(page, hotkey);
    await page.keyboard.down(code!);
    await expectPressed(page, true);
    await page.keyboard.down("Shift");
    await page.keyboard.up(code!);
    await expectPressed(page, false);
    await page.keyboard.up("Shift");
    await session.waitFor("trigger.turn.end");
    expect(turns(session)).toEqual(once);
  });

test("texts in shadow roots keep their letters, and buttons there their space", async ({
  openScripted,
  nextSession,
}) => {
  const { page, session } = await start({ openScripted, nextSession });
  await attach(page, "v");
  await page.evaluate(() => {
    const root = () => document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    root().innerHTML = '<input aria-label="Inside" />';
    root().innerHTML = '<textarea aria-label="Lines"></textarea>';
    root().innerHTML = '<div contenteditable="true" role="group" aria-label="Rich"></div>';
    const button = root().appendChild(document.createElement("button"));
    button.textContent = "Count";
    button.onclick = () => button.toggleAttribute("data-clicked", true);
  });
  for (const name of ["Inside", "Lines"]) {
    await page.getByLabel(name).focus();
    await page.keyboard.type("vivid");
    await expect(page.getByLabel(name)).toHaveValue("vivid");
  }
  await page.getByLabel("Rich").focus();
  await page.keyboard.type("vivid");
  await expect(page.getByLabel("Rich")).toHaveText("vivid");

  await attach(page, " ");
  await page.getByRole("button", { name: "Count" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Count" })).toHaveAttribute("data-clicked");
  expect(turns(session)).toEqual([]);
});

/** Opens another document, by the name "other"; `keyboard`: the page whose keys and mouse reach it. */
const documents: Record<string, (page: Page) => Promise<OtherDocument>> = {
  "an iframe": async (page) => {
    await page.evaluate(() => {
      const iframe = document.createElement("iframe");
      iframe.name = "other";
      document.body.append(iframe);
    });
    const inside = page.frame("other")!;
    const close = () => page.evaluate(() => document.querySelector("iframe")?.remove());
    return { inside, keyboard: page, close };
  },
  "a pop-out": async (page) => {
    const opening = page.waitForEvent("popup");
    await page.evaluate(() => void window.open("about:blank", "other", "popup"));
    const popup = await opening;
    return { inside: popup, keyboard: popup, close: () => popup.close() };
  },
};

/** Makes a button and a canvas in another document, from the page's own script, as a portal does. The hotkey is "v". */
const fill = (page: Page) =>
  page.evaluate(() => {
    const other = window.open("", "other")!;
    other.document.body.innerHTML = "<style>button, canvas { display: block; width: 120px; height: 60px }</style>";
    for (const tag of ["button", "canvas"] as const) {
      const element = other.document.createElement(tag);
      element.id = tag === "button" ? "talk" : "meter";
      other.document.body.append(element);
      if (tag === "button") scene.attachPushToTalk(element, scene.client, { key: "v" });
    }
  });

for (const [name, open] of Object.entries(documents)) {
  test(`a button in ${name} is held by space, by the hotkey and by the mouse`, async ({
    openScripted,
    nextSession,
  }) => {
    const { page, session } = await start({ openScripted, nextSession });
    const { inside, keyboard } = await open(page);
    await fill(page);
    await inside.locator("#talk").focus();
    for (const key of ["Space", "v"]) {
      await keyboard.keyboard.down(key);
      await expectPressed(page, true);
      await keyboard.keyboard.up(key);
      await expectPressed(page, false);
    }
    await keyboard.mouse.move(...(await pointAt(inside, "#talk")));
    await keyboard.mouse.down();
    await expectPressed(page, true);
    await keyboard.mouse.move(2, 2);
    await expectPressed(page, true);
    await keyboard.mouse.up();
    await expectPressed(page, false);
    await expect.poll(() => turns(session)).toEqual([...once, ...once, ...once]);
  });

  test(`${name} that goes while its button is held ends the turn`, async ({ openScripted, nextSession }) => {
    const { page, session } = await start({ openScripted, nextSession });
    const { inside, keyboard, close } = await open(page);
    await fill(page);
    await keyboard.mouse.move(...(await pointAt(inside, "#talk")));
    await keyboard.mouse.down();
    await expectPressed(page, true);
    await close();
    await expectPressed(page, false);
    await session.waitFor("trigger.turn.end");
    expect(turns(session)).toEqual(once);
  });

  test(`a meter in ${name} uses its frames, its pixel ratio and its preference`, async ({
    openScripted,
    nextSession,
  }) => {
    const { page } = await start({ openScripted, nextSession });
    const { inside } = await open(page);
    await fill(page);
    await inside.evaluate(() => {
      Object.defineProperty(window, "devicePixelRatio", { value: 3 });
      const { matchMedia } = window;
      window.askedMedia = [];
      window.matchMedia = (query) => {
        window.askedMedia.push(query);
        return matchMedia.call(window, query);
      };
    });
    for (const each of [page, inside]) await countFrames(each);
    await page.evaluate(() => {
      const canvas = window.open("", "other")?.document.querySelector("canvas");
      if (canvas) scene.attachVisualizer(canvas, scene.client);
      scene.watchAudioLevel(scene.client, "user", () => {}, canvas);
    });
    await expect.poll(() => inside.evaluate(() => askedFrames)).toBeGreaterThan(4);
    expect(await page.evaluate(() => askedFrames)).toBe(0);
    await expect.poll(() => inside.locator("canvas").evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(360);
    expect(await inside.evaluate(() => askedMedia)).toEqual(["(prefers-reduced-motion: reduce)"]);
  });
}

test("a meter without a CSS size keeps its own, whatever the pixel ratio", async ({ openScripted, nextSession }) => {
  const { page } = await start({ openScripted, nextSession });
  const sizes = await page.evaluate(async () => {
    Object.defineProperty(window, "devicePixelRatio", { value: 2 });
    const canvas = document.body.appendChild(document.createElement("canvas"));
    canvas.style.cssText = "width: auto; height: auto";
    scene.attachVisualizer(canvas, scene.client);
    // One that grows does so with each frame.
    for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
    return [canvas.clientWidth, canvas.clientHeight, canvas.width, canvas.height];
  });
  expect(sizes).toEqual([300, 150, 600, 300]);
});

test("a button and a meter that move to a pop-out while connected are followed, and back again", async ({
  openScripted,
  nextSession,
}) => {
  const { page, session } = await start({ openScripted, nextSession });
  const { inside: popup, close } = await documents["a pop-out"]!(page);
  await page.evaluate(() => {
    const canvas = document.body.appendChild(document.createElement("canvas"));
    scene.attachVisualizer(canvas, scene.client);
  });
  await attach(page, "v");
  await page.evaluate(() => {
    const other = window.open("", "other");
    other?.document.body.append(...document.querySelectorAll("#talk, canvas"));
  });
  // The client's next change is when they are looked for.
  await popup.locator("#talk").click();
  await session.waitFor("trigger.turn.end");
  await countFrames(popup);
  await expect.poll(() => popup.evaluate(() => askedFrames)).toBeGreaterThan(2);
  await popup.locator("body").press("v");
  await expect.poll(() => turns(session)).toEqual([...once, ...once]);

  await page.evaluate(() => {
    const other = window.open("", "other");
    document.body.append(...(other?.document.querySelectorAll("#talk, canvas") ?? []));
  });
  await close();
  await page.bringToFront();
  await page.locator("#talk").click();
  await expect.poll(() => turns(session)).toHaveLength(6);
  await countFrames(page);
  await expect.poll(() => page.evaluate(() => askedFrames)).toBeGreaterThan(2);
  await page.locator("body").press("v");
  await expect.poll(() => turns(session)).toHaveLength(8);
});

test("a hold ends when its mouse button is up, though another is still down", async ({ openScripted, nextSession }) => {
  const { page } = await start({ openScripted, nextSession });
  await attach(page);
  await page.mouse.move(...(await pointAt(page, "#talk")));
  await page.mouse.down();
  await page.mouse.down({ button: "right" });
  await expectPressed(page, true);
  await page.mouse.up();
  await expectPressed(page, false);
  await page.mouse.up({ button: "right" });
});

test("a hold ends when the button is disabled, by the mouse and by space", async ({ openScripted, nextSession }) => {
  const { page, session } = await start({ openScripted, nextSession });
  await attach(page);
  const disable = (disabled: boolean) =>
    page.locator("#talk").evaluate((button: HTMLButtonElement, disabled) => {
      button.disabled = disabled;
    }, disabled);
  await page.mouse.move(...(await pointAt(page, "#talk")));
  await page.mouse.down();
  await expectPressed(page, true);
  await disable(true);
  await expectPressed(page, false);
  await page.mouse.up();

  await disable(false);
  await page.locator("#talk").focus();
  await page.keyboard.down("Space");
  await expectPressed(page, true);
  await disable(true);
  await expectPressed(page, false);
  await page.keyboard.up("Space");
  await expect.poll(() => turns(session)).toEqual([...once, ...once]);
});

test("a mouse that slides with a picture in the button drags nothing and still holds", async ({
  openScripted,
  nextSession,
}) => {
  const { page } = await start({ openScripted, nextSession });
  await page.locator("#talk").evaluate((button) => {
    const picture = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'/>";
    button.outerHTML = `<div id="talk"><img src="${picture}" alt="Talk" width="40" height="40" /></div>`;
  });
  await attach(page);
  const [x, y] = await pointAt(page, "img");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await expectPressed(page, true);
  for (let step = 1; step <= 10; step++) await page.mouse.move(x + 12 * step, y + 6 * step);
  expect(await isPressed(page)).toBe(true);
  await page.mouse.up();
  await expectPressed(page, false);
});

/** Counts from now on the frames that are asked of a window. */
const countFrames = (page: Page | Frame) =>
  page.evaluate(() => {
    const { requestAnimationFrame } = window;
    window.askedFrames = 0;
    window.requestAnimationFrame = (callback) => {
      window.askedFrames++;
      return requestAnimationFrame.call(window, callback);
    };
  });
