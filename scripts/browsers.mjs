// The browsers of the tests, and what gives them microphones: those that are there, else the system's packages.
import { existsSync } from "node:fs";
import { StepError, say } from "./report.mjs";
import { root, run, turbo } from "./tools.mjs";

/** Debian's packages. */
const packages = {
  chromium: ["chromium"],
  firefox: ["firefox-esr"],
  webkit: ["webkit2gtk-driver", "xvfb", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good"],
  pulseaudio: ["pulseaudio", "pulseaudio-utils"],
};

/** Finds a Chromium, or installs one. */
export async function ensureChromium() {
  const missing = await ensure(["chromium"]);
  if (missing.chromium) throw new StepError("There is no Chromium for the browser tests.", missing.chromium);
}

/**
 * Finds the other engines and PulseAudio, or installs them. One that is missing all the same is named, and its tests are
 * skipped; in CI that is an error. Returns the names of those that there are.
 */
export async function ensureForLongTests() {
  const names = ["firefox", "webkit", "pulseaudio"];
  const missing = await ensure(names);
  const absent = names.filter((name) => missing[name]);
  if (absent.length > 0 && process.env.CI) {
    throw new StepError(`Missing: ${absent.join(", ")}.`, absent.map((name) => missing[name]).join(" "));
  }
  for (const name of absent) say(`Skipping the tests with ${name}. ${missing[name]}`);
  return names.filter((name) => !absent.includes(name));
}

/** Installs what is not there, where it can, and tells of each engine that is missing what to do. */
async function ensure(names) {
  await turbo("build", "Correct what the build reports above.", ["--filter=@layercode/browser-testing"]);
  // The tests ask the same function: what it finds here, they find.
  const testing = new URL("../packages/browser-testing/dist/index.js", import.meta.url);
  const { engines, whyMissing: whyNoEngine, whyNoSoundServer } = await import(testing.href);
  const whyMissing = (name) => (name === "pulseaudio" ? whyNoSoundServer() : whyNoEngine(name));
  const isNamed = { chromium: process.env.CHROMIUM_PATH, firefox: process.env.FIREFOX_PATH };
  const wanted = names.filter((name) => whyMissing(name) && !isNamed[name]);
  if (wanted.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) await install(wanted);
  for (const name of names) if (!whyMissing(name)) say(`Using ${engines[name]?.find() ?? name}`);
  return Object.fromEntries(names.map((name) => [name, whyMissing(name)]));
}

async function install(names) {
  say(`Installing Debian's packages for ${names.join(" and ")}. This takes a minute, once.`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const wanted = names.flatMap((name) => packages[name]);
  const advice = "Install what the next lines name yourself.";
  try {
    await run("apt-get", ["update", "-qq"], advice, { cwd: root, env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...wanted], advice, { cwd: root, env });
  } catch (error) {
    // What came of it is looked at afterwards, engine by engine.
    say(`${error.message}. ${advice}`);
  }
}
