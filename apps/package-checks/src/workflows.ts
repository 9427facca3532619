import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { repositoryFolder } from "./packages.js";

export interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

export interface Job {
  permissions?: Record<string, string>;
  steps?: Step[];
  uses?: string;
}

export interface Workflow {
  file: string;
  text: string;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = `${repositoryFolder}.github/workflows/`;

/** What runs at GitHub. */
export function workflows(): Workflow[] {
  return readdirSync(folder).map((file) => {
    const text = readFileSync(folder + file, "utf8");
    return { file, text, ...parse(text) };
  });
}

/** The lines of a step, as the runner's shell gets them. */
export function linesOf(file: string, job: string, step: string): string {
  const found = workflows()
    .find((workflow) => workflow.file === file)
    ?.jobs[job]?.steps?.find(({ name }) => name === step)?.run;
  if (found === undefined) throw new Error(`${file} has no step "${step}" in its job ${job}.`);
  return found;
}
