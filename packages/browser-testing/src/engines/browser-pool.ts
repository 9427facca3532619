import { type FakeMicrophone, installFakeMicrophone } from "../fake-microphone.js";
import { chromiumEngine, launchChromium } from "./chromium.js";
import type { Engine, EngineName, EnginePage, EngineSession } from "./engine.js";
import { firefoxEngine } from "./firefox.js";
import { webkitEngine } from "./webkit.js";

export const engines: Record<EngineName, Engine> = {
  chromium: chromiumEngine,
  firefox: firefoxEngine,
  webkit: webkitEngine,
};

export interface EnginePageOptions {
  /** Default: `"absent"`. */
  microphone?: FakeMicrophone;
  /** Sound without a user's gesture. Default: false, as for every user. */
  autoplay?: boolean;
}

/** The browsers of one engine that the tests of a worker share. */
export interface BrowserPool {
  /** A page in a browser that fits; it is started when there is none yet. */
  newPage(options?: EnginePageOptions): Promise<EnginePage>;
  /** Closes all pages; the browser of the last one stays, for the next test. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

interface Shared {
  session: EngineSession;
  pages: EnginePage[];
}

/** Makes a pool. No browser is started, nor looked for, before the first page. */
export function createBrowserPool(name: EngineName): BrowserPool {
  const browsers = new Map<string, Shared>();

  async function browserFor({ microphone, autoplay }: Required<EnginePageOptions>): Promise<Shared> {
    // Chromium gets its fake microphone from the command line. The other engines cannot: the page gets a scripted one.
    const options = name === "chromium" ? { autoplay, microphone } : { autoplay };
    const key = JSON.stringify(options);
    const known = browsers.get(key);
    if (known) return known;
    // A second browser would take processor time from sound that is measured in real time: close the idle ones first.
    for (const [other, { session, pages }] of browsers) {
      if (pages.length > 0) continue;
      browsers.delete(other);
      await session.close();
    }
    const session = await (name === "chromium" ? launchChromium(options) : engines[name].launch(options));
    const browser = { session, pages: [] };
    browsers.set(key, browser);
    return browser;
  }

  return {
    async newPage({ microphone = "absent", autoplay = false } = {}) {
      const { session, pages } = await browserFor({ microphone, autoplay });
      const page = await session.newPage();
      pages.push(page);
      if (name !== "chromium") await installFakeMicrophone(page, microphone);
      return page;
    },
    async closePages() {
      for (const { pages } of browsers.values()) await Promise.all(pages.splice(0).map((page) => page.close()));
    },
    async close() {
      for (const { session } of browsers.values()) await session.close();
      browsers.clear();
    },
  };
}

/** Why an engine cannot be tested here; `null` when it can. */
export function whyMissing(name: EngineName): string | null {
  try {
    engines[name].find();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
