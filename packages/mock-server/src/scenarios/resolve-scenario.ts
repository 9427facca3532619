import { findScenario, type ScenarioName, scenarioNames } from "./built-in.js";
import { checkField, checkTrigger, fail, isObject, quoted } from "./checks.js";
import { parseScript } from "./parse-script.js";
import type { Scenario } from "./scenario.js";
import type { Script } from "./script.js";

const hooks = ["start", "transcribe", "userSpoke", "userTyped", "userData"];

/**
 * A scenario by name, or the given one.
 * @throws {Error} when there is none of that name, or a field of it cannot be right.
 */
export function resolveScenario(scenario: ScenarioName | Scenario | Script): Scenario | Script {
  if (typeof scenario === "string") {
    const found = findScenario(scenario);
    if (found) return found;
    throw new Error(
      `There is no scenario ${quoted(scenario)}. There are ${scenarioNames.join(", ")}; or use a script, or an object with hooks.`,
    );
  }
  const given: unknown = scenario;
  if (!isObject(given)) fail("scenario", given, "It is a name, a script, or an object with hooks.");
  return "turns" in given ? parseScript(given) : checkHooks(given);
}

function checkHooks(given: Record<string, unknown>): Scenario {
  for (const hook of hooks)
    if (given[hook] !== undefined && typeof given[hook] !== "function")
      fail(`scenario.${hook}`, given[hook], "It is a function.");
  checkField(given, "scenario", "trigger", checkTrigger);
  checkField(given, "scenario", "prewarm", (prewarm, place) => {
    if (!Array.isArray(prewarm)) fail(place, prewarm, "It is a list of texts.");
    for (const [i, text] of prewarm.entries())
      if (typeof text !== "string") fail(`${place}[${i}]`, text, "It is text.");
  });
  return given;
}

/** Whether a module or a file holds a scenario: turns, or at least one hook. */
export function isScenarioLike(value: unknown): value is Scenario | Script {
  return isObject(value) && ["turns", ...hooks].some((field) => field in value);
}
