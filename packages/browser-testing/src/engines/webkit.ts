import { once } from "node:events";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Engine, EnginePage, EngineSession, LaunchOptions } from "./engine.js";
import { createScriptInjector } from "./script-injector.js";
import { startSupervised } from "./supervise.js";
import { driverReady, openWebDriver } from "./web-driver.js";
import { createWebKitPage } from "./webkit-page.js";

/** The path of WebKitGTK's WebDriver. Throws when it or the X server without a screen is missing. */
function findWebKit(): string {
  const missing = [driver, display].filter((path) => !existsSync(path));
  if (missing.length === 0) return driver;
  throw new Error(
    `No WebKitGTK to test with: ${missing.join(" and ")} missing. \`npm run test:all\` installs it where it can; else run ` +
      "`apt-get install webkit2gtk-driver xvfb gstreamer1.0-plugins-base gstreamer1.0-plugins-good`.",
  );
}

/**
 * Starts an X server, and in it a browser for each page: that takes no longer than a window would, and they share
 * nothing. The microphones of the browser itself are always there and always granted: a hum of 150 Hz with bips.
 */
async function launchWebKit(options: LaunchOptions = {}): Promise<EngineSession> {
  findWebKit();
  const server = startSupervised(display, ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"]);
  const [number] = (await Promise.race([once(server.channel, "data"), server.gone])) as [Buffer];
  const pages = new Set<EnginePage>();

  async function newPage(): Promise<EnginePage> {
    const injector = await createScriptInjector();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const process = startSupervised(driver, [`--port=${port}`], {
      DISPLAY: `:${String(number).trim()}`,
      // GStreamer's fake sink needs no sound device, and the clock of an AudioContext still runs.
      GST_PLUGIN_FEATURE_RANK: "fakeaudiosink:max",
      LIBGL_ALWAYS_SOFTWARE: "1",
    });
    const end = async () => {
      await process.end();
      await injector.close();
    };
    try {
      await driverReady(url, process.gone);
      const webDriver = await openWebDriver(url, { "webkitgtk:browserOptions": { args: browserArguments(options) } });
      const page = createWebKitPage(webDriver, injector, async () => {
        pages.delete(page);
        await end();
      });
      pages.add(page);
      return page;
    } catch (error) {
      await end();
      throw error;
    }
  }

  return {
    newPage,
    async close() {
      await Promise.all([...pages].map((page) => page.close()));
      await server.end();
    },
  };
}

/** WebKitGTK's MiniBrowser: the engine of Safari, not Safari. */
export const webkitEngine: Engine = { name: "webkit", find: findWebKit, launch: launchWebKit };

const driver = "/usr/bin/WebKitWebDriver";
const display = "/usr/bin/Xvfb";

function browserArguments({ autoplay }: LaunchOptions): string[] {
  return [
    "--automation",
    ...(autoplay ? ["--autoplay-policy=allow"] : []),
    "--enable-media-stream=true",
    "--enable-mock-capture-devices=true",
    "--features=-GetUserMediaRequiresFocus",
  ];
}

// WebKitWebDriver cannot choose a free port by itself (it refuses port 0): let the system choose one.
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
