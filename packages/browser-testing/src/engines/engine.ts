import type { Keyboard, Page } from "playwright";

export type EngineName = "chromium" | "firefox" | "webkit";

/** A browser that can run the page tests: Chromium and Firefox through Playwright, WebKitGTK through WebDriver. */
export interface Engine {
  readonly name: EngineName;
  /** The path of its binary. Throws an error that says how to install it. */
  find(): string;
  launch(options?: LaunchOptions): Promise<EngineSession>;
}

export interface LaunchOptions {
  /** Sound without a user's gesture. Default: false, as for every user. */
  autoplay?: boolean;
}

/** A running browser. */
export interface EngineSession {
  /** A page that shares no cookies, storage or permissions with any other. */
  newPage(): Promise<EnginePage>;
  /** Ends the browser, its pages, and all that was started for it. */
  close(): Promise<void>;
}

/**
 * What every engine's page can do: this much of a Playwright page. Functions travel as text, so they may use nothing
 * from outside themselves; arguments and answers are JSON. Whether `evaluate()` counts as a gesture differs.
 */
export interface EnginePage
  extends Pick<
    Page,
    "addInitScript" | "evaluate" | "waitForFunction" | "title" | "url" | "goto" | "reload" | "click" | "close"
  > {
  readonly keyboard: Pick<Keyboard, "press">;
}
