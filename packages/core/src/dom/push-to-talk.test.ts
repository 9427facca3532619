// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createWorld, pushToTalkConfig, settle } from "../../test/world.js";
import { attachPushToTalk } from "./push-to-talk.js";

let button: HTMLButtonElement;

beforeEach(() => {
  document.body.innerHTML = '<button id="talk">Talk</button><input id="text" /><button id="other">Other</button>';
  button = element("talk") as HTMLButtonElement;
});
afterEach(() => {
  document.body.innerHTML = "";
});

const element = (id: string) => document.getElementById(id)!;

/** A connected client with its button, and the turns that it told the server of. */
async function createScene(options: { key?: string } = {}) {
  const world = createWorld({}, pushToTalkConfig);
  await world.connect();
  const undo = attachPushToTalk(button, world.client, options);
  // Its listeners on the window would hear the next test.
  onTestFinished(undo);
  return {
    ...world,
    undo,
    get pressed() {
      return world.client.getSnapshot().pushToTalk.pressed;
    },
    get turns() {
      return world.socket.types.filter((type) => String(type).startsWith("trigger.turn"));
    },
  };
}

const pointer = (type: string, init: PointerEventInit = {}) =>
  new PointerEvent(type, { bubbles: true, cancelable: true, pointerId: 1, button: 0, ...init });
const key = (type: string, init: KeyboardEventInit) =>
  new KeyboardEvent(type, { bubbles: true, cancelable: true, ...init });
const once = ["trigger.turn.start", "trigger.turn.end"];

describe("holding", () => {
  test("by pointer, until that pointer is let go, wherever that is", async () => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown"));
    expect(scene.pressed).toBe(true);
    window.dispatchEvent(pointer("pointerup", { pointerId: 2 }));
    expect(scene.pressed).toBe(true);
    element("other").dispatchEvent(pointer("pointerup"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("counts from when the events happened, also where the page was busy and took them late", async () => {
    const scene = await createScene();
    const started = vi.spyOn(scene.client, "triggerUserTurnStarted");
    const finished = vi.spyOn(scene.client, "triggerUserTurnFinished");
    const late = (event: Event, ago: number) =>
      Object.defineProperty(event, "timeStamp", { value: performance.now() - ago });
    button.dispatchEvent(late(pointer("pointerdown"), 2000));
    button.dispatchEvent(late(pointer("pointerup"), 500));
    const told = [started, finished].map(({ mock }) => mock.calls[0]?.[0]?.timeStamp ?? NaN);
    // To the ms, for the clock goes on.
    expect(Math.round((told[1]! - told[0]!) / 100)).toBe(15);
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("by two elements, until both are let go", async () => {
    const scene = await createScene();
    onTestFinished(attachPushToTalk(element("other"), scene.client));
    button.dispatchEvent(pointer("pointerdown"));
    element("other").dispatchEvent(pointer("pointerdown", { pointerId: 2 }));
    window.dispatchEvent(pointer("pointerup", { pointerId: 2 }));
    await settle();
    expect(scene.pressed).toBe(true);
    window.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("goes on while the focus moves from another element to the button", async () => {
    const scene = await createScene();
    element("text").focus();
    button.dispatchEvent(pointer("pointerdown"));
    button.focus();
    expect(scene.pressed).toBe(true);
  });

  test("not by another button of the mouse", async () => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown", { button: 2 }));
    expect(scene.turns).toEqual([]);
  });

  test.each([" ", "Enter"])("by the key %j; repeats are no second press, and nothing is clicked", async (held) => {
    const scene = await createScene();
    const down = key("keydown", { key: held });
    button.dispatchEvent(down);
    button.dispatchEvent(key("keydown", { key: held, repeat: true }));
    expect(down.defaultPrevented).toBe(true);
    button.dispatchEvent(key("keyup", { key: "x" }));
    expect(scene.pressed).toBe(true);
    button.dispatchEvent(key("keyup", { key: held }));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("two at once are one press, and the first ends it", async () => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown"));
    button.dispatchEvent(key("keydown", { key: " " }));
    button.dispatchEvent(key("keyup", { key: " " }));
    expect(scene.pressed).toBe(true);
    button.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("the key that began it ends it, and no other", async () => {
    const scene = await createScene();
    button.dispatchEvent(key("keydown", { key: " ", code: "Space" }));
    button.dispatchEvent(key("keydown", { key: "Enter", code: "Enter" }));
    button.dispatchEvent(key("keyup", { key: "Enter", code: "Enter" }));
    expect(scene.pressed).toBe(true);
    const up = key("keyup", { key: " ", code: "Space" });
    button.dispatchEvent(up);
    await settle();
    // Firefox clicks a button when space comes up.
    expect([scene.turns, up.defaultPrevented]).toEqual([once, true]);
  });

  test.each(["ctrlKey", "altKey", "metaKey"])("not by a key with %s: that is a shortcut", async (modifier) => {
    const scene = await createScene();
    button.dispatchEvent(key("keydown", { key: "Enter", [modifier]: true }));
    expect(scene.turns).toEqual([]);
  });

  test("not by a space that is typed inside the element", async () => {
    button.outerHTML = '<div id="talk"><input id="inside" /></div>';
    button = element("talk") as HTMLButtonElement;
    const scene = await createScene();
    const down = key("keydown", { key: " " });
    element("inside").dispatchEvent(down);
    expect([scene.turns, down.defaultPrevented]).toEqual([[], false]);
  });

  test("a second finger neither presses nor releases", async () => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown"));
    button.dispatchEvent(pointer("pointerdown", { pointerId: 2 }));
    for (const type of ["pointerup", "lostpointercapture", "pointercancel"])
      button.dispatchEvent(pointer(type, { pointerId: 2 }));
    expect(scene.pressed).toBe(true);
    button.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("starts neither a drag nor a context menu", async () => {
    await createScene();
    for (const type of ["dragstart", "contextmenu"]) {
      const event = new Event(type, { bubbles: true, cancelable: true });
      button.dispatchEvent(event);
      expect(event.defaultPrevented, type).toBe(true);
    }
  });

  test.each(["while disabled", "while disabled for assistive technology"])("not %s", async (how) => {
    const scene = await createScene();
    if (how === "while disabled") button.disabled = true;
    else button.setAttribute("aria-disabled", "true");
    button.dispatchEvent(pointer("pointerdown"));
    expect(scene.turns).toEqual([]);
  });

  test("while it connects, and from then on", async () => {
    const world = createWorld({}, pushToTalkConfig);
    attachPushToTalk(button, world.client);
    const connecting = world.client.connect();
    button.dispatchEvent(pointer("pointerdown"));
    button.dispatchEvent(pointer("pointerup"));
    button.dispatchEvent(pointer("pointerdown"));
    await settle();
    world.microphone.starts[0]?.opening.resolve();
    world.socket.open();
    await connecting;
    button.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(world.socket.types).toEqual(["client.ready", ...once]);
    expect(world.client.getSnapshot().pushToTalk.pressed).toBe(false);
  });

  test("while there is nothing to talk to, a key is left to whoever wants it: the button may connect when it is clicked", async () => {
    const scene = await createScene({ key: "v" });
    const isTaken = (target: HTMLElement, pressed: KeyboardEventInit) => {
      const down = key("keydown", pressed);
      target.dispatchEvent(down);
      return down.defaultPrevented;
    };
    const taken = () => [
      isTaken(button, { key: "Enter" }),
      isTaken(button, { key: " " }),
      isTaken(document.body, { key: "v" }),
    ];
    await scene.client.disconnect();
    expect(taken()).toEqual([false, false, false]);
    // What was held before it ended is no click.
    expect(isTaken(button, { key: " ", repeat: true })).toBe(true);
    await scene.connect();
    expect(taken()).toEqual([true, true, true]);
  });

  test("not while disconnected, and no error is made of it", async () => {
    const scene = await createScene();
    await scene.client.disconnect();
    button.dispatchEvent(pointer("pointerdown"));
    expect(scene.log.filter((line) => line.startsWith("error"))).toEqual([]);
  });
});

describe("what takes the hold away ends the turn, once", () => {
  const losses: Record<string, () => void> = {
    "the pointer is cancelled": () => button.dispatchEvent(pointer("pointercancel")),
    "the capture is lost": () => button.dispatchEvent(pointer("lostpointercapture")),
    "the window loses the focus": () => window.dispatchEvent(new Event("blur")),
    "the page is hidden": () => {
      Object.defineProperty(document, "hidden", { configurable: true, value: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "hidden");
    },
    "the window goes: its frame is removed, its pop-out closed": () => window.dispatchEvent(new Event("pagehide")),
    // The mouse's release never came, or another of its buttons is still down: then no `pointerup` tells of this one.
    "the pointer moves without its main button": () => window.dispatchEvent(pointer("pointermove", { buttons: 2 })),
    "the button is disabled": () => button.setAttribute("disabled", ""),
    "the button is disabled for assistive technology": () => button.setAttribute("aria-disabled", "true"),
    "the button is taken from the page": () => {
      button.remove();
      window.dispatchEvent(pointer("pointerup"));
    },
  };
  test.each(Object.keys(losses))("%s", async (name) => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown"));
    window.dispatchEvent(pointer("pointermove", { buttons: 1 }));
    expect(scene.pressed).toBe(true);
    losses[name]!();
    await settle();
    expect(scene.turns).toEqual(once);
    button.dispatchEvent(pointer("pointerup"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("the button loses the focus, when a key holds it", async () => {
    const scene = await createScene();
    button.dispatchEvent(key("keydown", { key: " " }));
    button.dispatchEvent(new Event("blur"));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("it is detached, and gets its style back", async () => {
    button.style.touchAction = "pan-x";
    const scene = await createScene();
    expect(button.style.touchAction).toBe("none");
    button.dispatchEvent(pointer("pointerdown"));
    scene.undo();
    scene.undo();
    await settle();
    button.dispatchEvent(pointer("pointerdown"));
    expect(scene.turns).toEqual(once);
    expect([button.style.touchAction, button.style.userSelect]).toEqual(["pan-x", ""]);
  });

  // macOS reports no key-up of another key while Meta is down.
  test("Meta goes down, when a key holds it", async () => {
    const scene = await createScene({ key: "v" });
    for (const held of [" ", "v"]) {
      button.dispatchEvent(key("keydown", { key: held }));
      expect(scene.pressed).toBe(true);
      button.dispatchEvent(key("keydown", { key: "Meta", metaKey: true }));
      await settle();
      expect(scene.pressed).toBe(false);
    }
    expect(scene.turns).toEqual([...once, ...once]);
  });

  test("the connection goes: the release says nothing more, and the next press works", async () => {
    const scene = await createScene();
    button.dispatchEvent(pointer("pointerdown"));
    await scene.client.disconnect();
    button.dispatchEvent(pointer("pointerup"));
    expect(scene.log.filter((line) => line.startsWith("error"))).toEqual([]);
    await scene.connect();
    button.dispatchEvent(pointer("pointerdown"));
    expect(scene.pressed).toBe(true);
  });
});

/** An editor that draws its own text has no attribute but its role. */
const editContext = '<div role="textbox" tabindex="0" class="target"></div>';

describe("a hotkey", () => {
  test.each([
    ["v", { key: "V" }],
    ["KeyV", { key: "ü", code: "KeyV" }],
  ])("%s talks from anywhere on the page", async (hotkey, pressed) => {
    const scene = await createScene({ key: hotkey });
    const down = key("keydown", pressed);
    element("other").dispatchEvent(down);
    expect([scene.pressed, down.defaultPrevented]).toEqual([true, true]);
    document.body.dispatchEvent(key("keyup", pressed));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("of an element that is off the page presses nothing, and does again once it is back", async () => {
    const scene = await createScene({ key: "F2" });
    const press = () => document.body.dispatchEvent(key("keydown", { key: "F2" }));
    button.remove();
    press();
    expect(scene.pressed).toBe(false);
    document.body.append(button);
    press();
    expect(scene.pressed).toBe(true);
  });

  test.each<[string, KeyboardEventInit, KeyboardEventInit]>([
    ["1", { key: "1", code: "Digit1" }, { key: "!", code: "Digit1", shiftKey: true }],
    ["?", { key: "?", code: "Minus", shiftKey: true }, { key: "ß", code: "Minus" }],
    ["/", { key: "/", code: "Slash" }, { key: "?", code: "Slash", shiftKey: true }],
    ["m", { key: "m", code: "KeyM" }, { key: "µ", code: "KeyM", altKey: true }],
    // Virtual keyboards and remote desktops know no code.
    ["v", { key: "v" }, { key: "V", shiftKey: true }],
  ])("%s ends with the key that began it, whatever it writes at its release", async (hotkey, down, up) => {
    const scene = await createScene({ key: hotkey });
    document.body.dispatchEvent(key("keydown", down));
    expect(scene.pressed).toBe(true);
    document.body.dispatchEvent(key("keyup", up));
    await settle();
    expect(scene.pressed).toBe(false);
  });

  test.each(["Control", "control", "ControlLeft", "Alt", "AltRight", "AltGraph", "Meta", "MetaLeft", "CapsLock", ""])(
    "%j is refused, with a remedy, and nothing is attached",
    async (hotkey) => {
      const world = createWorld({}, pushToTalkConfig);
      await world.connect();
      const attach = () => attachPushToTalk(button, world.client, { key: hotkey });
      expect(attach).toThrow(expect.objectContaining({ code: "invalid-option" }));
      expect(attach).toThrow(`Option "key" is ${JSON.stringify(hotkey)}. Pass`);
      button.dispatchEvent(pointer("pointerdown"));
      expect([world.client.getSnapshot().pushToTalk.pressed, button.style.touchAction]).toEqual([false, ""]);
    },
  );

  test.each(['<input class="target" />', '<div contenteditable="true"><b class="target"></b></div>', editContext])(
    "is left to %s",
    async (editor) => {
      const scene = await createScene({ key: "v" });
      element("other").insertAdjacentHTML("afterend", editor);
      const down = key("keydown", { key: "v", code: "KeyV" });
      document.querySelector(".target")!.dispatchEvent(down);
      expect([scene.turns, down.defaultPrevented]).toEqual([[], false]);
    },
  );

  test.each(["checkbox", "radio", "range"])("talks from an input in which nothing is typed: %s", async (type) => {
    const scene = await createScene({ key: "v" });
    const control = element("text") as HTMLInputElement;
    control.type = type;
    control.dispatchEvent(key("keydown", { key: "v", code: "KeyV" }));
    expect(scene.pressed).toBe(true);
    document.body.dispatchEvent(key("keyup", { key: "v", code: "KeyV" }));
    await settle();
    expect(scene.turns).toEqual(once);
  });

  test("space is left to a checkbox, which it ticks", async () => {
    const scene = await createScene({ key: " " });
    (element("text") as HTMLInputElement).type = "checkbox";
    const down = key("keydown", { key: " " });
    element("text").dispatchEvent(down);
    expect([scene.turns, down.defaultPrevented]).toEqual([[], false]);
  });

  test("is left to an input method that composes, and to the key-less event of autofill", async () => {
    const scene = await createScene({ key: "KeyV" });
    document.body.dispatchEvent(key("keydown", { key: "v", code: "KeyV", isComposing: true }));
    const errors: unknown[] = [];
    const onError = (event: ErrorEvent) => errors.push(event.error);
    window.addEventListener("error", onError);
    for (const id of ["text", "other"]) element(id).dispatchEvent(new Event("keydown", { bubbles: true }));
    window.removeEventListener("error", onError);
    expect([scene.turns, errors]).toEqual([[], []]);
  });

  test("that is held writes nothing into a text that gets the focus meanwhile", async () => {
    const scene = await createScene({ key: "v" });
    document.body.dispatchEvent(key("keydown", { key: "v", code: "KeyV" }));
    const repeat = key("keydown", { key: "v", code: "KeyV", repeat: true });
    element("text").dispatchEvent(repeat);
    const other = key("keydown", { key: "x", code: "KeyX" });
    element("text").dispatchEvent(other);
    expect([scene.pressed, repeat.defaultPrevented, other.defaultPrevented]).toEqual([true, true, false]);
  });

  test("is left to texts, and with a modifier to the browser", async () => {
    const scene = await createScene({ key: "v" });
    element("text").dispatchEvent(key("keydown", { key: "v" }));
    for (const modifier of ["ctrlKey", "altKey", "metaKey"])
      document.body.dispatchEvent(key("keydown", { key: "v", [modifier]: true }));
    expect(scene.turns).toEqual([]);
  });

  test("space is left to other buttons, and on its own button is one press", async () => {
    const scene = await createScene({ key: " " });
    element("other").dispatchEvent(key("keydown", { key: " " }));
    expect(scene.turns).toEqual([]);
    document.body.dispatchEvent(key("keydown", { key: " " }));
    document.body.dispatchEvent(key("keyup", { key: " " }));
    await settle();
    button.dispatchEvent(key("keydown", { key: " " }));
    button.dispatchEvent(key("keyup", { key: " " }));
    await settle();
    expect(scene.turns).toEqual([...once, ...once]);
  });

  test("is gone with its element", async () => {
    const scene = await createScene({ key: "v" });
    scene.undo();
    document.body.dispatchEvent(key("keydown", { key: "v" }));
    expect(scene.turns).toEqual([]);
  });
});
