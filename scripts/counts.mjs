// How many tests passed: counted from the runners' own reports, those that turbo restored from its cache included.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { packageFolders } from "./setup.mjs";
import { root } from "./tools.mjs";

const none = { passed: 0, failed: 0, skipped: 0 };

/** Which script of a package leaves which report. */
const reports = {
  test: { file: "unit.json", read: readVitest },
  "test:browser": { file: "browser.json", read: readPlaywright },
  "test:long": { file: "long.json", read: (report) => (report.stats ? readPlaywright : readVitest)(report) },
};

/** Removes the reports of earlier runs: what is there afterwards belongs to this one. */
export function forgetReports() {
  for (const folder of packageFolders()) rmSync(join(folder, ".reports"), { recursive: true, force: true });
}

/**
 * The sum over all packages that have one of the scripts. A package whose script left no report counts as one failed
 * test, and is named in `missing`.
 */
export function countTests(scripts) {
  const total = { ...none, missing: [] };
  for (const folder of packageFolders()) {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const script of scripts.filter((name) => manifest.scripts?.[name])) {
      const { file, read } = reports[script];
      const path = join(folder, ".reports", file);
      const counts = existsSync(path) ? read(JSON.parse(readFileSync(path, "utf8"))) : { ...none, failed: 1 };
      if (!existsSync(path)) total.missing.push(relative(root, path));
      for (const kind of Object.keys(none)) total[kind] += counts[kind];
    }
  }
  return total;
}

/** The line that everything ends with. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function readVitest(report) {
  // A file that could not be loaded has no test cases: it counts as one that failed.
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  // An error outside of every test: no case failed, and yet the run did.
  if (!report.success && counts.failed === 0) counts.failed = 1;
  return counts;
}

function readPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  const crashed = report.suites.flatMap(testsOf).filter(failedByCrashesOnly).length;
  // A test that passes only sometimes does not pass, unless its browser was at fault. Errors outside of tests count as one each.
  return { passed: expected + crashed, failed: unexpected + flaky - crashed + report.errors.length, skipped };
}

function testsOf({ suites = [], specs }) {
  return [...suites.flatMap(testsOf), ...specs.flatMap((spec) => spec.tests)];
}

/** Whether a test passed in the end, and failed before only because the browser ended by itself. */
function failedByCrashesOnly({ status, results }) {
  const failures = results.filter((result) => result.status !== "passed");
  // What took too long is ended by us: that the browser is gone then says nothing.
  const isCrash = ({ status, errors }) =>
    status !== "timedOut" && errors.some(({ message }) => message?.includes("The browser crashed."));
  return status === "flaky" && failures.every(isCrash);
}
