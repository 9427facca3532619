import type { Locator, Page } from "@playwright/test";

/** The demo as its user sees it: everything is found by role and name. */
export class DemoPage {
  readonly status: Locator;
  readonly error: Locator;
  readonly transcript: Locator;
  readonly messages: Locator;
  readonly text: Locator;
  readonly pushToTalk: Locator;
  readonly conversationId: Locator;

  constructor(readonly page: Page) {
    this.status = page.getByRole("status");
    this.error = page.getByRole("alert");
    this.transcript = page.getByRole("log", { name: "Transcript" });
    this.messages = this.transcript.getByRole("listitem");
    this.text = page.getByRole("textbox", { name: "Message to the agent" });
    this.pushToTalk = page.getByRole("button", { name: /^(Hold to talk|Listening)/ });
    this.conversationId = page.getByText("Conversation").locator("code");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Picks "Talking" or "Typing only". */
  async takePartBy(mode: "Talking" | "Typing only"): Promise<void> {
    await this.page.getByRole("radio", { name: mode }).check();
  }

  /** Writes a message and sends it by the keyboard. */
  async write(text: string): Promise<void> {
    await this.text.fill(text);
    await this.text.press("Enter");
  }
}
