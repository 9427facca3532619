import type { Locator, Page } from "@playwright/test";

/** One panel of the demo as its user sees it: everything is found by role and name. */
export class DemoPage {
  readonly status: Locator;
  readonly error: Locator;
  readonly transcript: Locator;
  readonly messages: Locator;
  readonly text: Locator;
  readonly pushToTalk: Locator;
  readonly microphone: Locator;
  readonly loudspeaker: Locator;
  readonly volume: Locator;
  readonly conversationId: Locator;
  /** Starts a conversation, or goes on with the last one. */
  readonly startButton: Locator;

  constructor(
    readonly page: Page,
    /** The panel: everything below is inside it. */
    readonly panel: Locator,
  ) {
    this.status = panel.getByRole("status");
    this.error = panel.getByRole("alert");
    this.transcript = panel.getByRole("log", { name: "Transcript" });
    this.messages = this.transcript.getByRole("listitem");
    this.text = panel.getByRole("textbox", { name: "Message to the agent" });
    this.pushToTalk = panel.getByRole("button", { name: /^(Hold to talk|Listening)/ });
    this.microphone = panel.getByRole("combobox", { name: "Microphone" });
    this.loudspeaker = panel.getByRole("combobox", { name: "Loudspeaker" });
    this.volume = panel.getByRole("slider", { name: "Volume" });
    this.conversationId = panel.getByText("Conversation").locator("code");
    this.startButton = this.button(/^((Start|Resume) conversation|Try again)$/);
  }

  /** The panel of another agent on the same page. */
  panelOf(agentId: string): DemoPage {
    return new DemoPage(this.page, panelOf(this.page, agentId));
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole("button", { name, exact: true });
  }

  words(text: string | RegExp): Locator {
    return this.panel.getByText(text);
  }

  /** Picks "Talking" or "Typing only". */
  async takePartBy(mode: "Talking" | "Typing only"): Promise<void> {
    await this.panel.getByRole("radio", { name: mode }).check();
  }

  /** Writes a message and sends it by the keyboard. */
  async write(text: string): Promise<void> {
    await this.text.fill(text);
    await this.text.press("Enter");
  }

  /** Another page of the switcher, in the same document. */
  async switchTo(page: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Framework" }).getByRole("link", { name: page }).click();
  }
}

/** The panel of an agent. */
export function panelOf(page: Page, agentId: string): Locator {
  return page.getByRole("region", { name: agentId, exact: true });
}
