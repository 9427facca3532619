// A Chromium for the browser tests: the one that is there, else the system's package.
import { existsSync } from "node:fs";
import { StepError, say } from "./report.mjs";
import { root, run, turbo } from "./tools.mjs";

/** Finds a Chromium, or installs one. */
export async function ensureChromium() {
  await turbo("build", "Correct what the build reports above.", ["--filter=@layercode/browser-testing"]);
  // The tests ask the same function: what it finds here, they find.
  const { findChromium } = await import(new URL("../packages/browser-testing/dist/index.js", import.meta.url).href);
  const missing = whyMissing(findChromium);
  if (missing === undefined) {
    say(`Using ${findChromium()}`);
    return;
  }
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && !process.env.CHROMIUM_PATH;
  if (!canInstall) throw new StepError("There is no Chromium for the browser tests.", missing);
  say("No Chromium found: installing Debian's package. This takes a minute, once.");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const advice = "Install Chromium or Chrome yourself, or set CHROMIUM_PATH to its binary.";
  await run("apt-get", ["update", "-qq"], advice, { cwd: root, env });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], advice, { cwd: root, env });
  say(`Using ${findChromium()}`);
}

function whyMissing(findChromium) {
  try {
    findChromium();
    return undefined;
  } catch (error) {
    return error.message;
  }
}
