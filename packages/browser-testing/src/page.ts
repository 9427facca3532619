import type { CDPSession, Page } from "playwright";
import { type Instruments, installInstruments } from "./page/instruments.js";

/**
 * What a test needs of a page, in any engine: scripts go in as text, answers come out as JSON. A Playwright page is
 * one; a WebDriver client of a few lines can be another.
 */
export interface ScriptedPage {
  addInitScript(script: { content: string }): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/** A function in the page that a test calls by name: the tests of all engines go through these. */
export type Probe = (argument: never) => unknown;

/** Runs a self-contained function before any script of the page, on every navigation. */
export async function installScript<Argument>(
  page: ScriptedPage,
  script: (instruments: Instruments, argument: Argument) => void,
  argument: Argument,
): Promise<void> {
  const content = `(${script})((${installInstruments})(), ${JSON.stringify(argument) ?? "undefined"});`;
  await page.addInitScript({ content });
}

/**
 * Calls a probe in the page and returns its answer. Argument and answer are JSON. A page of the tests' own registers
 * probes in `globalThis.__instruments.probes`. In Chromium this does not count as a user gesture, unlike `evaluate()`,
 * which hides autoplay faults.
 */
export async function probe<Answer>(page: ScriptedPage, name: string, argument?: unknown): Promise<Answer> {
  const call = `globalThis.__instruments?.probes[${JSON.stringify(name)}]`;
  const missing = JSON.stringify(`The page has no probe "${name}": install what brings it before the page is opened.`);
  const expression = `(async () => {
    const probe = ${call};
    if (!probe) throw new Error(${missing});
    return await probe(${JSON.stringify(argument) ?? "undefined"});
  })()`;
  return (await evaluateQuietly(page, expression)) as Answer;
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

async function evaluateQuietly(page: ScriptedPage, expression: string): Promise<unknown> {
  if (!isChromiumPage(page)) return page.evaluate(expression);
  const known = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, known);
  const session = await known;
  const options = { expression, awaitPromise: true, returnByValue: true, userGesture: false };
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", options);
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

function isChromiumPage(page: ScriptedPage): page is Page {
  return "context" in page && (page as Page).context().browser()?.browserType().name() === "chromium";
}
