import type { RunningScenario, Stage } from "./running-scenario.js";
import type { Scenario } from "./scenario.js";
import type { Script } from "./script.js";
import { ScriptRun } from "./script-run.js";

function isScript(scenario: Scenario | Script): scenario is Script {
  return "turns" in scenario;
}

/** Starts a scenario for one connection. */
export function runScenario(scenario: Scenario | Script, stage: Stage): RunningScenario {
  return isScript(scenario) ? new ScriptRun(scenario, stage) : onlyHooks(scenario);
}

/** An object with hooks, without what else it holds: a `received` or a `closed` of its own is nothing of ours. */
function onlyHooks(scenario: Scenario): RunningScenario {
  return {
    start: (turn) => scenario.start?.(turn),
    transcribe: (speech) => scenario.transcribe?.(speech) ?? null,
    userSpoke: (turn, speech) => scenario.userSpoke?.(turn, speech),
    userTyped: (turn, text) => scenario.userTyped?.(turn, text),
    userData: (turn, data) => scenario.userData?.(turn, data),
  };
}

/** Texts that the scenario says first, to synthesize when the server starts. A text with `{…}` is not known then. */
export function prewarmOf(scenario: Scenario | Script): readonly string[] {
  if (!isScript(scenario)) return scenario.prewarm ?? [];
  return [scenario.turns[0]?.say ?? []].flat().filter((text) => !text.includes("{"));
}
