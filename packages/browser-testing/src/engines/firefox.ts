import { existsSync } from "node:fs";
import { firefox } from "playwright";
import type { Engine, EngineSession, LaunchOptions } from "./engine.js";
import { supervisor } from "./supervise.js";

/** The path of a Firefox: FIREFOX_PATH, else the system's. Throws when there is none. */
function findFirefox(): string {
  const named = process.env.FIREFOX_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`FIREFOX_PATH is ${named}, and there is no such file. Correct it, or unset it to use another one.`);
  }
  const found = systemPaths.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    "No Firefox found. `npm run test:all` installs one where it can; else run `apt-get install firefox-esr`, " +
      "or set FIREFOX_PATH to the binary of a Firefox.",
  );
}

/** Starts Firefox, headless. Its own microphone is always there and always granted: a sine of 1 kHz. */
async function launchFirefox(options: LaunchOptions = {}): Promise<EngineSession> {
  const browser = await firefox.launch({
    channel: "moz-firefox",
    // The supervisor ends Firefox even when this process is killed; Playwright would leave it running.
    executablePath: supervisor,
    env: { ...process.env, SUPERVISED: findFirefox() },
    firefoxUserPrefs: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      // 5: neither sound nor video without a gesture.
      "media.autoplay.default": options.autoplay ? 0 : 5,
      // Without a sound server, `resume()` never settles unless Firefox mocks its audio backend.
      "media.cubeb.force_mock_context": true,
    },
  });
  return { newPage: () => browser.newPage(), close: () => browser.close() };
}

/** Firefox, by the protocol that a release of it speaks (WebDriver BiDi). Its pages always count as clicked into. */
export const firefoxEngine: Engine = { name: "firefox", find: findFirefox, launch: launchFirefox };

const systemPaths = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];
