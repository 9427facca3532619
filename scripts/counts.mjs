// How many tests passed: counted from the runners' own reports, those that turbo restored from its cache included.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { packageFolders } from "./setup.mjs";
import { root } from "./tools.mjs";

const none = { passed: 0, failed: 0, skipped: 0 };

/** Which script of a package leaves which report; and another beside it, `long-unit.json`, where it has two runners. */
const reports = { test: "unit", "test:browser": "browser", "test:long": "long" };

/** Removes the reports of earlier runs: what is there afterwards belongs to this one. */
export function forgetReports() {
  for (const folder of packageFolders()) rmSync(join(folder, ".reports"), { recursive: true, force: true });
}

/**
 * The sum over all packages that have one of the scripts; package, title and message of each failure, and of each test
 * that passed only when it was repeated. A package whose script left no report counts as one failed test.
 */
export function countTests(scripts) {
  const total = { ...none, failures: [], repeated: [] };
  for (const folder of packageFolders()) {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const script of scripts.filter((name) => manifest.scripts?.[name])) {
      for (const counts of readReports(join(folder, ".reports"), reports[script])) {
        for (const kind of Object.keys(none)) total[kind] += counts[kind];
        for (const list of ["failures", "repeated"])
          for (const test of counts[list] ?? []) total[list].push({ folder: relative(root, folder), ...test });
      }
    }
  }
  return total;
}

/** What failed, a paragraph each: where it is, and the first lines of what was said. */
export function failureText({ folder, title, message }) {
  const lines = stripVTControlCharacters(message).trim().split("\n").slice(0, 12);
  return [`${folder}: ${title}`, ...lines.map((line) => `    ${line}`)].join("\n");
}

/** The line that everything ends with. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function readReports(folder, name) {
  const files = (existsSync(folder) ? readdirSync(folder) : []).filter(
    (file) => file.match(/^(\w+)[\w-]*\.json$/)?.[1] === name,
  );
  if (files.length === 0) return [notWritten(`${name}.json`)];
  return files.map((file) => {
    const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
    return report.stats ? readPlaywright(report) : readVitest(report);
  });
}

function notWritten(file) {
  const failure = { title: `${file} was not written`, message: "Its tests did not run to their end." };
  return { ...none, failed: 1, failures: [failure] };
}

function readVitest(report) {
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) =>
    // A file that could not be loaded has no test cases: it counts as one that failed.
    status === "failed" && assertionResults.length === 0
      ? [{ title: name, message }]
      : assertionResults
          .filter((test) => test.status === "failed")
          .map((test) => ({ title: test.fullName, message: test.failureMessages.join("\n") })),
  );
  // An error outside of every test: no case failed, and yet the run did.
  if (!report.success && failures.length === 0)
    failures.push({ title: "outside of every test", message: "The run failed; its output says why." });
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: failures.length, skipped, failures };
}

function readPlaywright(report) {
  const { expected, skipped } = report.stats;
  const tests = report.suites.flatMap(testsOf);
  const flaky = tests.filter(({ status }) => status === "flaky");
  // A test that passes only sometimes does not pass, unless its browser was at fault.
  const repeated = flaky.filter(failedByCrashesOnly);
  const failed = tests.filter(({ status }) => status === "unexpected");
  const failures = [...failed, ...flaky.filter((test) => !repeated.includes(test))].map(described);
  for (const { message = "" } of report.errors) failures.push({ title: "outside of every test", message });
  const passed = expected + repeated.length;
  return { passed, failed: failures.length, skipped, failures, repeated: repeated.map(described) };
}

function described({ title, projectName, status, results }) {
  return {
    title: `[${projectName}] ${title}${status === "flaky" ? " (passed when it ran again)" : ""}`,
    message: results.flatMap(({ errors }) => errors.map((error) => error.message ?? "")).join("\n"),
  };
}

function testsOf({ title, suites = [], specs }) {
  const own = specs.flatMap((spec) => spec.tests.map((test) => ({ ...test, title: spec.title })));
  return [...suites.flatMap(testsOf), ...own].map((test) => ({ ...test, title: `${title} › ${test.title}` }));
}

/** Whether a test passed in the end, and failed before only because the browser ended by itself. */
function failedByCrashesOnly({ results }) {
  const failures = results.filter((result) => result.status !== "passed");
  // What took too long is ended by us: that the browser is gone then says nothing.
  const isCrash = ({ status, errors }) =>
    status !== "timedOut" && errors.some(({ message }) => message?.includes("The browser crashed."));
  return failures.every(isCrash);
}
