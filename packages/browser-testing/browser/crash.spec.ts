import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { whyMissing } from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

const script = fileURLToPath(new URL("leave-a-browser.mjs", import.meta.url));

test("a test run that is killed leaves no process and no profile behind", async ({ engine }) => {
  test.skip(whyMissing(engine) !== null && !process.env.CI, whyMissing(engine) ?? "");
  test.skip(!existsSync("/proc/self/environ"), "Only Linux tells what processes were started with.");
  await using server = await servePage();
  const folder = await mkdtemp(join(tmpdir(), "layercode-crash-"));
  const mark = `CRASH_TEST=${randomUUID()}`;
  const env = { ...process.env, TMPDIR: folder, CRASH_TEST: mark.slice("CRASH_TEST=".length) };
  const run = spawn(process.execPath, [script, engine, server.url], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [title] = await once(run.stdout, "data");
  expect(String(title)).toBe("Empty");
  expect((await processesWith(mark)).length).toBeGreaterThan(2);

  run.kill("SIGKILL");
  await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toEqual([]);
  expect((await readdir(folder)).filter((name) => name.includes("profile"))).toEqual([]);
  await rm(folder, { recursive: true });
});

/** The ids of those that were started with `mark` in their environment. One that has ended and was not yet waited for has none. */
async function processesWith(mark: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    ids.map(async (id) => (await readFile(`/proc/${id}/environ`, "utf8").catch(() => "")).includes(mark)),
  );
  return ids.filter((_, index) => marked[index]);
}
