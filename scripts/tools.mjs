// Runs the tools of the workspace, all of them without telemetry.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StepError } from "./report.mjs";

/** The root of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** How every tool is run: those of the workspace first in PATH, nothing sent home, no browser downloaded. */
const environment = {
  ...process.env,
  PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}`,
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
};

const isWindows = process.platform === "win32";
const running = new Set();

/** Runs a command to its end, its output passed on. Throws a StepError with the advice when it fails. */
export async function run(command, args, advice, options = {}) {
  const line = [command, ...args].join(" ");
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...environment, ...options.env },
    stdio: ["ignore", "inherit", "inherit"],
    // npx and the tools in .bin are .cmd files there.
    shell: isWindows,
  });
  running.add(child);
  try {
    await new Promise((resolve, reject) => {
      child.on("error", (error) => reject(new StepError(`\`${line}\` could not start: ${error.message}`, advice)));
      child.on("exit", (status, signal) => {
        if (status === 0) resolve();
        else reject(new StepError(`\`${line}\` ended with ${signal ?? `status ${status}`}`, advice));
      });
    });
  } finally {
    running.delete(child);
  }
}

/** Runs a task of all packages through turbo. `"errors-only"` shows what fails, `"new-only"` also what is not cached. */
export function turbo(task, advice, args = [], logs = "errors-only") {
  return run("turbo", ["run", task, "--ui=stream", `--output-logs=${logs}`, ...args], advice);
}

/** From now on a signal ends what runs, then this process, with the status that shells expect. Returns the undo. */
export function stopOnSignals() {
  const stop = (signal, status) => {
    const onSignal = () => {
      for (const child of running) child.kill(signal);
      process.exit(status);
    };
    process.once(signal, onSignal);
    return () => process.off(signal, onSignal);
  };
  const undo = [stop("SIGINT", 130), stop("SIGTERM", 143)];
  return () => {
    for (const off of undo) off();
  };
}
