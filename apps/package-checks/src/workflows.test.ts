import { describe, expect, test } from "vitest";
import { type Step, workflows } from "./workflows.js";

describe.each(workflows())("$file", ({ text, permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  test("actions of others are pinned by commit, with the version for people beside it", () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/^uses: (\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
  });

  test("no shell line has an expression in it: a branch can be called $(…)", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("what may write runs no code of the repository or of a dependency", () => {
    const writing = Object.entries(jobs).filter(([, job]) => mayWrite(job.permissions ?? permissions ?? {}));
    for (const [name, job] of writing)
      for (const step of job.steps ?? []) expect([name, runsCode(step)]).toEqual([name, false]);
  });

  test("what runs code keeps no token on the disk, and rights are never the default ones", () => {
    for (const [name, job] of Object.entries(jobs)) {
      expect([name, job.permissions ?? permissions]).toEqual([name, expect.any(Object)]);
      if (!(job.steps ?? []).some(runsCode)) continue;
      for (const step of job.steps ?? [])
        if (step.uses?.startsWith("actions/checkout@"))
          expect(step.with).toMatchObject({ "persist-credentials": false });
    }
  });
});

test("npm is published to by one job, by OIDC", () => {
  const publishing = workflows().flatMap(({ file, jobs }) =>
    Object.entries(jobs)
      .filter(([, job]) => (job.steps ?? []).some(({ run }) => /\bnpm publish\b/.test(run ?? "")))
      .map(([name, job]) => ({ file, name, permissions: job.permissions })),
  );
  expect(publishing).toEqual([{ file: "release.yml", name: "publish", permissions: { "id-token": "write" } }]);
  for (const { text } of workflows()) expect(text).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|_authToken/);
});

function mayWrite(permissions: Record<string, string>): boolean {
  return Object.values(permissions).includes("write");
}

// Installs, builds, scripts of ours: whatever is no line that can be read in the workflow itself.
function runsCode({ run = "" }: Step): boolean {
  return /\b(npx|pnpm|yarn|corepack|turbo|make|node|bash|sh)\b|npm (ci|i|install|run|exec|test)\b|(^|\s)\.{1,2}\//m.test(
    run,
  );
}
