import { installScript, probe } from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

test("scripts and functions reach the page, answers and errors come back", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage();
  await page.goto(`${server.url}page?a=1#b`);
  expect(await page.title()).toBe("Empty");
  expect(await page.evaluate("location.pathname + location.search + location.hash")).toBe("/page?a=1#b");
  expect(await page.evaluate((list: number[]) => list.map((one) => one * 2), [1, 2])).toEqual([2, 4]);
  expect(await page.evaluate(async () => undefined)).toBeUndefined();
  await expect(page.evaluate(() => Promise.reject(new TypeError("what went wrong")))).rejects.toThrow(
    /TypeError.*what went wrong/s,
  );
  // Two at once: neither waits for the other.
  const slow = page.evaluate(() => new Promise((resolve) => Object.assign(globalThis, { resolve })));
  await page.waitForFunction(() => "resolve" in globalThis);
  await page.evaluate("resolve('done')");
  expect(await slow).toBe("done");
});

test("what is installed runs before the page's own scripts, also under script-src 'self', and again on a reload", async ({
  newPage,
}) => {
  const headers = { "content-security-policy": "default-src 'none'; script-src 'self'" };
  await using server = await servePage({
    headers,
    script: "globalThis.seen = globalThis.early;",
    body: '<script src="/tap.js"></script>',
  });
  const page = await newPage();
  await page.addInitScript({ content: "globalThis.early = document.readyState;" });
  await installScript(
    page,
    ({ probes }, factor) => {
      probes.times = (value: number) => value * factor;
      probes.fail = () => Promise.reject(new TypeError("what went wrong"));
    },
    3,
  );
  await page.goto(server.url);
  for (let load = 0; load < 2; load++) {
    expect(await page.evaluate("seen")).toBe("loading");
    expect(await probe(page, "times", 14)).toBe(42);
    await expect(probe(page, "fail")).rejects.toThrow("what went wrong");
    await expect(probe(page, "nothing")).rejects.toThrow('no probe "nothing"');
    await page.reload();
  }
});

test("a click and a key are a user's", async ({ newPage }) => {
  await using server = await servePage({ body: "<button>Here</button>" });
  const page = await newPage();
  await page.goto(server.url);
  await page.evaluate(() => {
    const seen: string[] = [];
    for (const type of ["click", "keydown"]) {
      addEventListener(type, (event) => seen.push(`${type} ${event.isTrusted} ${(event as KeyboardEvent).key ?? ""}`));
    }
    Object.assign(globalThis, { seen });
  });
  await page.click("button");
  await page.keyboard.press("a");
  expect(await page.evaluate("seen")).toEqual(["click true ", "keydown true a"]);
  expect(await page.evaluate("navigator.userActivation.hasBeenActive")).toBe(true);
});

test("a WebSocket of the page carries bytes both ways, and ends with its close code", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage();
  await page.goto(server.url);
  const heard = await page.evaluate(async () => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/echo`);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const answer = new Promise<MessageEvent>((resolve) => socket.addEventListener("message", resolve));
    socket.send(Uint8Array.of(1, 2, 255));
    const bytes = [...new Uint8Array((await answer).data)];
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
    socket.close(4001, "enough");
    return { bytes, code: (await closed).code };
  });
  expect(heard).toEqual({ bytes: [1, 2, 255], code: 4001 });
});

test("pages share no cookies and no storage", async ({ newPage }) => {
  await using server = await servePage();
  const [first, second] = [await newPage(), await newPage()];
  await first.goto(server.url);
  await first.evaluate("void (document.cookie = 'a=1', localStorage.a = '1')");
  await second.goto(server.url);
  expect(await second.evaluate("document.cookie + localStorage.length")).toBe("0");
});

test("the browser's own fake device is heard through an AudioContext", async ({ newPage }) => {
  await using server = await servePage();
  const page = await newPage({ microphone: "device", autoplay: true });
  await page.goto(server.url);
  const peak = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false } });
    const context = new AudioContext();
    await context.resume();
    const analyser = new AnalyserNode(context);
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    while (wave.every((sample) => Math.abs(sample) < 0.01)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      analyser.getFloatTimeDomainData(wave);
    }
    return Math.max(...wave);
  });
  expect(peak).toBeGreaterThan(0.01);
});
