/** Of a WebDriver session (https://www.w3.org/TR/webdriver2/) what the tests use. It ends with its driver. */
export interface WebDriver {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  title(): Promise<string>;
  /** Runs the body of a function; its last argument is the callback that takes the answer. */
  executeAsync(body: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  /** Presses a key and lets it go: a character. */
  press(key: string): Promise<void>;
}

/** The first words of the error of a browser that crashed. `scripts/counts.mjs` looks for them: keep the two alike. */
const crashed = "The browser crashed.";

/** Opens a session on a driver that listens at `url`. */
export async function openWebDriver(url: string, capabilities: object): Promise<WebDriver> {
  const { sessionId } = await send<{ sessionId: string }>(url, "POST", "/session", {
    capabilities: { alwaysMatch: capabilities },
  });
  const session = `${url}/session/${sessionId}`;
  const post = <Answer>(path: string, body: object = {}) => send<Answer>(session, "POST", path, body);
  // No timeout for scripts: the test's own timeout ends them. Looking for an element waits for it, as Playwright does.
  await post("/timeouts", { script: null, implicit: 10_000 });
  return {
    goto: (address) => post("/url", { url: address }),
    reload: () => post("/refresh"),
    title: () => send(session, "GET", "/title"),
    executeAsync: (script) => post("/execute/async", { script, args: [] }),
    async click(selector) {
      const element = await post<Record<string, string>>("/element", { using: "css selector", value: selector });
      await post(`/element/${Object.values(element)[0]}/click`);
    },
    press: (key) =>
      post("/actions", {
        actions: [
          {
            type: "key",
            id: "keyboard",
            actions: [
              { type: "keyDown", value: key },
              { type: "keyUp", value: key },
            ],
          },
        ],
      }),
  };
}

/** Resolves when the driver answers. Rejects when `gone` does. */
export async function driverReady(url: string, gone: Promise<never>): Promise<void> {
  for (;;) {
    const answered = send(url, "GET", "/status").then(
      () => true,
      () => false,
    );
    if (await Promise.race([answered, gone])) return;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), gone]);
  }
}

async function send<Answer>(base: string, method: string, path: string, body?: object): Promise<Answer> {
  const request = { method, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(base + path, request).catch((cause) => {
    throw new Error(`${crashed} ${method} ${path}: no answer`, { cause });
  });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value as Answer;
  const { error, message } = value as { error: string; message?: string };
  // The driver answers with this and nothing more specific when the page's process has crashed.
  if (error === "unknown error" && [undefined, "", "Could not parse script result"].includes(message))
    throw new Error(`${crashed} ${method} ${path}: ${error}`);
  throw new Error(`${method} ${path}: ${error}${message ? `: ${message}` : ""}`);
}
