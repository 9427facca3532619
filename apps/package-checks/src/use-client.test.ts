import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publicPackages } from "./packages.js";

test("@layercode/react is for the client, its endpoint for the server", async () => {
  const folder = publicPackages().find(({ name }) => name === "@layercode/react")?.folder ?? "";
  const built = (file: string) => readFile(join(folder, "dist", file), "utf8");
  const index = await built("index.js");
  expect(index.startsWith('"use client";')).toBe(true);
  // Next.js refuses it in a module for the client.
  expect(index).not.toMatch(/export \*/);
  expect(await built("server.js")).not.toContain("use client");
});
