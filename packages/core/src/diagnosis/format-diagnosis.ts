import type { Diagnosis } from "./report.js";

/** A diagnosis as text to read, or to send along with a question: a line for each check, and its remedy below it. */
export function formatDiagnosis({ checks }: Diagnosis): string {
  return checks
    .map(({ name, status, message, remedy }) => {
      const line = `${status.padEnd(7)}  ${name.padEnd(14)}  ${message}`;
      return remedy === undefined ? line : `${line}\n${" ".repeat(25)}→ ${remedy}`;
    })
    .join("\n");
}
