// What needs Vitest: time, globals, and code that is being loaded.
import { afterEach, beforeEach, onTestFinished, vi } from "vitest";
import { turnOfTheLoop } from "./event-loop.js";
import { FakeMediaDevices } from "./fake-media-devices.js";
import { createFakePage } from "./fake-page.js";

/** Waits until every promise that can settle has done so, imports too; no time passes. */
export async function settle(): Promise<void> {
  await turnOfTheLoop();
  await vi.dynamicImportSettled();
  for (let turns = 0; turns < 3; turns++) await turnOfTheLoop();
}

/** Makes time stand still in each test of the file, and chance one half. */
export function stopTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
    vi.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterEach(async () => {
    // Code that is still being loaded must meet the globals of the test that it was loaded for.
    await vi.dynamicImportSettled();
    // Restored while time still stands: a spied clock would come back as the one that stood.
    vi.restoreAllMocks();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/**
 * The device sleeps for so many ms of stopped time: the date goes on, no timer fires. `performance.now()` stands still, as
 * on macOS and Linux, unless told otherwise (`"runs"`, as on Windows).
 */
export function sleepFor(ms: number, monotonic: "stands still" | "runs" = "stands still"): void {
  vi.setSystemTime(Date.now() + ms);
  if (monotonic === "stands still") return;
  const { performance } = globalThis;
  if (!vi.isMockFunction(performance.now)) {
    sleptMs = 0;
    const read = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => read() + sleptMs);
  }
  sleptMs += ms;
}

/** The page is busy for so many ms of stopped time: all clocks go on, and no timer fires. */
export function busyFor(ms: number): void {
  sleepFor(ms, "runs");
}

/** How much further than stopped time a monotonic clock is that runs meanwhile, in ms. */
let sleptMs = 0;

/** Puts a fake page in place of the platform's, until `vi.unstubAllGlobals()`. */
export function stubPage() {
  const page = createFakePage();
  for (const [name, value] of Object.entries(page.globals)) vi.stubGlobal(name, value);
  return page;
}

/** Puts a list of microphones, by their labels, in place of the browser's, until the test is over. */
export function stubInputDevices(labels: string[]): FakeMediaDevices {
  return stubMediaDevices(new FakeMediaDevices(labels));
}

/** The same with loudspeakers, in a browser that plays on a chosen one. */
export function stubDevices(microphones: string[], speakers: string[]): FakeMediaDevices {
  const before = Object.getOwnPropertyDescriptor(globalThis, "AudioContext");
  const context = class {
    setSinkId() {}
  };
  Object.defineProperty(globalThis, "AudioContext", { value: context, configurable: true, writable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(globalThis, "AudioContext", before);
    else Reflect.deleteProperty(globalThis, "AudioContext");
  });
  return stubMediaDevices(new FakeMediaDevices(microphones, speakers));
}

function stubMediaDevices(mediaDevices: FakeMediaDevices): FakeMediaDevices {
  const before = Object.getOwnPropertyDescriptor(navigator, "mediaDevices");
  Object.defineProperty(navigator, "mediaDevices", { value: mediaDevices, configurable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(navigator, "mediaDevices", before);
    else Reflect.deleteProperty(navigator, "mediaDevices");
  });
  return mediaDevices;
}
