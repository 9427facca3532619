import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import type { FakeMicrophone } from "../fake-microphone.js";
import type { Engine, EngineSession, LaunchOptions } from "./engine.js";

export interface ChromiumOptions extends LaunchOptions {
  /** What the page finds when it asks for a microphone. Default: `"absent"`. */
  microphone?: FakeMicrophone;
  /** Where its microphones and loudspeakers are (`startSoundServer()`): then none is faked, and the page may use all. */
  soundServer?: string;
  /** More command-line arguments. */
  args?: readonly string[];
  /** Shows the window. Default: false. */
  headed?: boolean;
}

/** A running Chromium. */
export interface BrowserSession extends EngineSession {
  readonly browser: Browser;
  /** A page in a context of its own. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

/** The path of a Chromium: CHROMIUM_PATH, else Playwright's own, else the system's. Throws when there is none. */
export function findChromium(): string {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(
      `CHROMIUM_PATH is ${named}, and there is no such file. Correct it, or unset it to use another one.`,
    );
  }
  const found = [playwrightsOwn(), ...systemPaths].find((path) => path !== undefined && existsSync(path));
  if (found) return found;
  throw new Error(
    "No Chromium found. `npm test` installs one where it can; else run `apt-get install chromium`, " +
      "`npx playwright install chromium`, or set CHROMIUM_PATH to the binary of a Chromium or Chrome.",
  );
}

/** Starts Chromium, headless unless told otherwise. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<BrowserSession> {
  const { microphone = "absent", soundServer } = options;
  const browser = await chromium.launch({
    executablePath: findChromium(),
    headless: !options.headed,
    args: [
      ...quiet,
      `--autoplay-policy=${options.autoplay ? "no-user-gesture-required" : "document-user-activation-required"}`,
      ...(soundServer ? ["--use-fake-ui-for-media-stream"] : microphoneArguments(microphone)),
      ...(options.args ?? []),
    ],
    ...(soundServer
      ? {
          ignoreDefaultArgs: ["--mute-audio"],
          env: { ...(process.env as Record<string, string>), PULSE_SERVER: soundServer },
        }
      : {}),
  });
  return {
    browser,
    async newPage(contextOptions) {
      // `browser.newPage()` closes the page's context together with the page; a context of ours would stay open.
      const page = await browser.newPage(contextOptions);
      if (microphone === "dismissed") await leavePromptUnanswered(page);
      return page;
    },
    close: () => browser.close(),
  };
}

/** Chromium as one engine among others. */
export const chromiumEngine: Engine = { name: "chromium", find: findChromium, launch: launchChromium };

// Nothing leaves the machine, and nothing stands between the page and the loopback interface.
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-proxy-server",
  // Chromium's sandbox does not work for root.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function playwrightsOwn(): string | undefined {
  try {
    return chromium.executablePath();
  } catch {
    // Playwright has no build for this system.
    return undefined;
  }
}

// Headless Chromium has no prompt to show: what it would ask counts as dismissed. The setting lasts as long as the
// session that made it, so that one stays open.
async function leavePromptUnanswered(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { browserContextId } = (await session.send("Target.getTargetInfo")).targetInfo;
  const permission = { name: "microphone" };
  await session.send("Browser.setPermission", {
    permission,
    setting: "prompt",
    browserContextId: browserContextId ?? "",
  });
}

function microphoneArguments(microphone: FakeMicrophone): string[] {
  const device = "--use-fake-device-for-media-stream";
  if (microphone === "absent") return ["--use-fake-ui-for-media-stream", "--disable-audio-input"];
  if (microphone === "denied") return [device, "--use-fake-ui-for-media-stream=deny"];
  if (microphone === "dismissed") return [device];
  if (microphone === "device") return [device, "--use-fake-ui-for-media-stream"];
  const once = microphone.loop === false ? "%noloop" : "";
  return [device, "--use-fake-ui-for-media-stream", `--use-file-for-fake-audio-capture=${microphone.wav}${once}`];
}
