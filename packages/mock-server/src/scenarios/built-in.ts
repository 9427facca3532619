import { assistant } from "./assistant.js";
import { echo } from "./echo.js";
import type { Scenario } from "./scenario.js";
import type { Script } from "./script.js";
import { dataHeavy } from "./scripts/data-heavy.js";
import { interview } from "./scripts/interview.js";
import { longMonologue } from "./scripts/long-monologue.js";
import { pushToTalk } from "./scripts/push-to-talk.js";
import { tools } from "./tools.js";

/** The scenarios that come with the package. */
export type ScenarioName =
  | "assistant"
  | "echo"
  | "interview"
  | "long-monologue"
  | "data-heavy"
  | "push-to-talk"
  | "tools";

const scenarios: Readonly<Record<ScenarioName, Scenario | Script>> = {
  assistant,
  echo,
  interview,
  "long-monologue": longMonologue,
  "data-heavy": dataHeavy,
  "push-to-talk": pushToTalk,
  tools,
};

/** Their names. */
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

/** The one of that name; `null` when there is none. */
export function findScenario(name: string): Scenario | Script | null {
  return isScenarioName(name) ? scenarios[name] : null;
}

function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}
