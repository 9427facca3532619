import {
  type Census,
  describeLeft,
  expectNothingLeft,
  installOutputTap,
  installResourceCensus,
  installScriptedMicrophone,
  readCensus,
} from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

/** In a page: opens one thing and returns how to close it. */
type Leak = () => Promise<() => unknown>;

const leaks: [kind: keyof Census, count: number, which: string, leak: Leak][] = [
  [
    "tracks",
    2,
    "of copies, when the original is stopped",
    async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const copies = [...stream.clone().getTracks(), ...stream.getTracks().map((track) => track.clone())];
      for (const track of stream.getTracks()) track.stop();
      return () => {
        for (const track of copies) track.stop();
      };
    },
  ],
  [
    "sockets",
    1,
    "that are still connecting or open",
    async () => {
      const socket = new WebSocket(location.href.replace("http", "ws").replace("/page", "/hang"));
      return async () => {
        socket.close();
        await new Promise((resolve) => socket.addEventListener("close", resolve));
      };
    },
  ],
  [
    "contexts",
    1,
    "that are not closed",
    async () => {
      const context = new AudioContext();
      return () => context.close();
    },
  ],
  [
    "timers",
    2,
    "of both kinds",
    async () => {
      const timeout = setTimeout(() => {}, 100_000);
      const interval = setInterval(() => {}, 100_000);
      return () => {
        clearTimeout(timeout);
        clearInterval(interval);
      };
    },
  ],
  [
    "animationFrames",
    1,
    "asked for again and again",
    async () => {
      let frame = 0;
      const draw = () => {
        frame = requestAnimationFrame(draw);
      };
      draw();
      return () => cancelAnimationFrame(frame);
    },
  ],
  [
    "listeners",
    4,
    "on everything that outlives a component",
    async () => {
      const controller = new AbortController();
      const listener = () => {};
      const permission = await navigator.permissions.query({ name: "microphone" });
      addEventListener("online", listener, { signal: controller.signal });
      document.addEventListener("visibilitychange", listener);
      navigator.mediaDevices.addEventListener("devicechange", listener, true);
      permission.onchange = listener;
      return () => {
        controller.abort();
        document.removeEventListener("visibilitychange", listener);
        // The capturing one is not the bubbling one.
        navigator.mediaDevices.removeEventListener("devicechange", listener, false);
        navigator.mediaDevices.removeEventListener("devicechange", listener, { capture: true });
        permission.onchange = null;
      };
    },
  ],
  [
    "requests",
    1,
    "that nobody answers",
    async () => {
      const controller = new AbortController();
      const request = fetch("/hang", { signal: controller.signal }).catch(() => {});
      return async () => {
        controller.abort();
        await request;
      };
    },
  ],
  [
    "objectUrls",
    1,
    "that are not revoked",
    async () => {
      const url = URL.createObjectURL(new Blob(["x"]));
      return () => URL.revokeObjectURL(url);
    },
  ],
];

for (const [kind, count, which, leak] of leaks) {
  test(`counts ${kind} ${which}, and their end`, async ({ newPage }) => {
    await using server = await servePage();
    const page = await newPage({ autoplay: true });
    await installResourceCensus(page);
    await installScriptedMicrophone(page);
    await page.goto(`${server.url}page`);
    // In Firefox, Playwright has listeners of its own in the page.
    const before = await readCensus(page);

    await page.evaluate(`globalThis.opened = (${leak})()`);
    const during = await readCensus(page);
    expect(during[kind].length).toBe(before[kind].length + count);
    expect(describeLeft(during, before)).toMatch(new RegExp(`^${kind}: .*$`));

    await page.evaluate("opened.then((close) => close())");
    expectNothingLeft(await readCensus(page), before);
  });
}

test("what the tests put into the page themselves does not count", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installOutputTap(page);
  await installScriptedMicrophone(page);
  await installResourceCensus(page);
  await page.goto(server.url);
  const before = await readCensus(page);
  const left = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    const context = new AudioContext();
    new GainNode(context).connect(context.destination);
    // The tap is still loading its worklet.
    const census = await globalThis.__instruments?.probes["census.read"]?.(undefined as never);
    await context.close();
    return census as Census;
  });
  expect(describeLeft(left, before)).toBe("contexts: 1 left (AudioContext)");
  expectNothingLeft(await readCensus(page), before);
});

test("a page behaves as without it", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage({ autoplay: true });
  await installResourceCensus(page);
  await page.goto(server.url);
  const before = await readCensus(page);
  const observed = await page.evaluate(async () => {
    const calls: string[] = [];
    addEventListener("ping", () => calls.push("once"), { once: true });
    dispatchEvent(new Event("ping"));
    dispatchEvent(new Event("ping"));
    await new Promise<void>((resolve) => {
      setTimeout(
        function (this: unknown, a: string, b: string) {
          calls.push(`${a}${b}${this === window}`);
          resolve();
        },
        1,
        "a",
        "b",
      );
    });
    const context = new AudioContext();
    calls.push(`${context instanceof AudioContext} ${context.constructor === AudioContext} ${WebSocket.CLOSED}`);
    await context.close();
    calls.push(String((await fetch("/")).status));
    return calls;
  });
  expect(observed).toEqual(["once", "abtrue", "true true 3", "200"]);
  expectNothingLeft(await readCensus(page), before);
});
