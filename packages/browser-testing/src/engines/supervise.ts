import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The script that ends a program together with whoever started it, even when that was killed. */
export const supervisor = fileURLToPath(new URL("../bin/supervise.sh", import.meta.url));

/** A program that runs beside the tests. */
export interface Supervised {
  /** What it writes to its fourth stream. */
  readonly channel: NodeJS.ReadableStream;
  /** Rejects when it cannot start or ends by itself. */
  readonly gone: Promise<never>;
  /** Ends it and all that it started. */
  end(): Promise<void>;
}

/** Starts a program, in a group of its own. */
export function startSupervised(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Supervised {
  const child: ChildProcess = spawn(supervisor, args, {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { ...process.env, ...env, SUPERVISED: program },
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const exited = once(child, "exit");
  const gone = exited.then(() => {
    throw new Error(`${program} has ended.\n${said}`);
  });
  // Once the program runs, nobody awaits these promises: without a handler its end would be an unhandled rejection.
  gone.catch(() => {});
  exited.catch(() => {});
  return {
    channel: child.stdio[3] as NodeJS.ReadableStream,
    gone,
    async end() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
