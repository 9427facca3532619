import type { RunningScenario, Stage } from "./running-scenario.js";
import type { Scenario } from "./scenario.js";
import type { Script } from "./script.js";
import { ScriptRun } from "./script-run.js";

function isScript(scenario: Scenario | Script): scenario is Script {
  return "turns" in scenario;
}

/** Starts a scenario for one connection. */
export function runScenario(scenario: Scenario | Script, stage: Stage): RunningScenario {
  return isScript(scenario) ? new ScriptRun(scenario, stage) : scenario;
}

/** Texts that the scenario says first, to synthesize when the server starts. A text with `{…}` is not known then. */
export function prewarmOf(scenario: Scenario | Script): readonly string[] {
  if (!isScript(scenario)) return scenario.prewarm ?? [];
  return [scenario.turns[0]?.say ?? []].flat().filter((text) => !text.includes("{"));
}
