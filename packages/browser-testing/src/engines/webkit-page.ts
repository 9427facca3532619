import type { EnginePage } from "./engine.js";
import type { ScriptInjector } from "./script-injector.js";
import type { WebDriver } from "./web-driver.js";

/** How often a condition is asked for, in ms. */
const pollMilliseconds = 20;

/** A page behind WebDriver, with the methods of a Playwright page. `end` ends its browser. */
export function createWebKitPage(webDriver: WebDriver, injector: ScriptInjector, end: () => Promise<void>): EnginePage {
  let closing: Promise<void> | undefined;
  let address = "about:blank";

  async function evaluate(script: unknown, argument?: unknown): Promise<unknown> {
    // The function is part of the script's text: the page's Content-Security-Policy may forbid to eval() it there.
    const answer = (await webDriver.executeAsync(`
      const answer = arguments[arguments.length - 1];
      (async () => ${expressionOf(script, argument)})().then(
        (value) => answer({ json: JSON.stringify(value) }),
        (error) => answer({ error: String(error) }),
      );
    `)) as { json?: string | null; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    // `JSON.stringify()` has no text for `undefined` or a function, which WebDriver passes on as `null`: answer `undefined`.
    return typeof answer.json === "string" ? JSON.parse(answer.json) : undefined;
  }

  const page = {
    evaluate,
    async waitForFunction(script: unknown, argument?: unknown) {
      while (!(await evaluate(script, argument))) {
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
      }
    },
    async addInitScript(script: unknown, argument?: unknown) {
      const isContent = typeof script === "object" && script !== null && "content" in script;
      injector.add(isContent ? String(script.content) : expressionOf(script, argument));
    },
    title: () => webDriver.title(),
    /** Where `goto()` led: an address of the injector's. */
    url: () => address,
    goto(url: string) {
      address = injector.through(url);
      return webDriver.goto(address);
    },
    reload: () => webDriver.reload(),
    click: (selector: string) => webDriver.click(selector),
    keyboard: { press: (key: string) => webDriver.press(key) },
    close() {
      closing ??= end();
      return closing;
    },
  };
  // Playwright's types also allow arguments that JSON cannot carry (handles): this page takes JSON only.
  return page as unknown as EnginePage;
}

function expressionOf(script: unknown, argument: unknown): string {
  return typeof script === "function" ? `(${script})(${JSON.stringify(argument) ?? ""})` : `(${script})`;
}
