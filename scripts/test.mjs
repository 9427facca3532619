// `npm test`: everything that must hold before a change is merged. `npm run test:all` adds what takes long.
import { ensureChromium, ensureForLongTests } from "./browsers.mjs";
import { countTests, failureText, forgetReports, summary } from "./counts.mjs";
import { explain, say, step } from "./report.mjs";
import { setUp } from "./setup.mjs";
import { run, stopOnSignals, turbo } from "./tools.mjs";

const help = `npm test [-- --all]

Installs what is missing, then runs lint, type checks, unit tests, package checks and the browser tests.
  --all     also the long tests (the same as \`npm run test:all\`)
  --help    this text

CHROMIUM_PATH and FIREFOX_PATH name the browsers to use. The last line counts test cases, from the runners' own reports. A step without
test cases that fails (lint, types, …) counts as one failed test.
`;

const args = process.argv.slice(2);
const unknown = args.find((argument) => !["--all", "--help", "-h"].includes(argument));
if (unknown) {
  say(`Unknown argument ${unknown}.\n\n${help}`);
  process.exit(2);
}
if (args.includes("--help") || args.includes("-h")) {
  say(help);
  process.exit(0);
}

const all = args.includes("--all");
const start = performance.now();
const failedSteps = [];
stopOnSignals();

/** Goes on after a failure: one run shows all that is wrong. */
async function check(title, work, { hasCases = false } = {}) {
  try {
    await step(title, work);
  } catch {
    failedSteps.push({ title, hasCases });
  }
}

// Each package's tests run, whichever fail.
const goOn = "--continue";
const whereItSays =
  "The failure stands above, with the package's name in front. Alone: `cd packages/…` and `npm test`.";

async function runAll() {
  await setUp();
  forgetReports();
  await step("Building", () => turbo("build", "Correct what the build reports above."));
  await check("Lint", () => run("biome", ["check", "."], "`npm run format` repairs most of it."));
  // The same as `npm run lint:layers`.
  await check("Circles and layers", () =>
    run(
      "depcruise",
      ["--output-type", "err-long", "packages", "apps"],
      "Each rule says above what to do; they stand in .dependency-cruiser.mjs.",
    ),
  );
  // The examples take as long as all the rest, and follow from it.
  const typed = all ? [goOn] : [goOn, "--filter=!@layercode/example-*"];
  // Side by side: the unit tests wait for sockets and voices more than they compute, and what is installed for the network.
  const [chromium] = await Promise.allSettled([
    step("A Chromium for the browser tests", ensureChromium),
    check("Types", () => turbo("typecheck", "Correct the types named above.", [...typed, "--concurrency=1"])),
    check("Unit tests", () => turbo("test", whereItSays, [goOn, "--concurrency=2"], "new-only"), { hasCases: true }),
  ]);
  if (chromium.status === "rejected") throw chromium.reason;
  // It reads the suites' configurations, and they name the browser.
  await check("Unused files, exports and dependencies", () =>
    run("knip", [], "Remove what is named above, or tell knip.json why it stays."),
  );
  // One after the other: they measure sound in real time.
  const alone = [goOn, "--concurrency=1"];
  await check("Browser tests", () => turbo("test:browser", whereItSays, alone, "new-only"), { hasCases: true });
  if (!all) return;
  await check("Packages as they would be published", () =>
    turbo("check:package", "publint and attw say above what is wrong with the package.json.", [goOn]),
  );
  // Side by side: what computes, and nobody listens to.
  const silent = ["core", "package-checks", "react", "vue", "mock-server"].map((name) => `--filter=@layercode/${name}`);
  const production = "The failure stands above. Alone: the same script in the example's folder.";
  await Promise.all([
    check("Examples, built for production", () => turbo("build:production", production, [goOn, "--concurrency=1"])),
    check(
      "Long tests without sound",
      () => turbo("test:long", whereItSays, [goOn, "--concurrency=2", ...silent], "new-only"),
      {
        hasCases: true,
      },
    ),
  ]);
  await check("Firefox, WebKitGTK and PulseAudio for the long tests", async () => {
    // Part of what the tests' result depends on: turbo is told, and repeats no run that had fewer of them.
    process.env.ENGINES = (await ensureForLongTests()).join();
  });
  const audible = silent.map((filter) => filter.replace("=", "=!"));
  await check("Long tests", () => turbo("test:long", whereItSays, [...alone, ...audible], "new-only"), {
    hasCases: true,
  });
}

let stopped = false;
try {
  await runAll();
} catch (error) {
  stopped = true;
  explain(error);
}

const counts = countTests(["test", "test:browser", ...(all ? ["test:long"] : [])]);
const withoutCases = failedSteps.filter(({ hasCases }) => !hasCases).length;
counts.failed += withoutCases;
// A runner that fails with nothing but good cases (a crash after the last one) must not pass.
if ((failedSteps.length > 0 || stopped) && counts.failed === 0) counts.failed = 1;

// Said again where everybody looks first: at the end.
if (counts.failed > 0)
  say(["\nFailed:", ...failedSteps.map(({ title }) => title), ...counts.failures.map(failureText)].join("\n"));
if (counts.repeated.length > 0)
  say(["\nPassed when repeated, after the browser had crashed:", ...counts.repeated.map(failureText)].join("\n"));
if (stopped) say("\nStopped before the end: the step above must work first.");
say(`\nTook ${Math.round((performance.now() - start) / 1000)} s.`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
say(summary(counts));
