import type { ScriptedPage } from "../page";

/** A browser that can run the page tests: Chromium now; Firefox (Playwright, BiDi) and WebKitGTK (WebDriver) may join. */
export interface Engine<Options, Session extends EngineSession> {
  readonly name: "chromium" | "firefox" | "webkit";
  /** The path of its binary. Throws an error that says how to install it. */
  find(): string;
  launch(options?: Options): Promise<Session>;
}

/** A running browser. */
export interface EngineSession {
  /** A page that shares no cookies, storage or permissions with any other. */
  newPage(): Promise<EnginePage>;
  close(): Promise<void>;
}

/** What every engine's page can do; the rest goes through `probe(page, name, argument)`. */
export interface EnginePage extends ScriptedPage {
  goto(url: string): Promise<unknown>;
  close(): Promise<void>;
}
