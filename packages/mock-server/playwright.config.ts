import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { findChromium } from "@layercode/browser-testing";
import { defineConfig } from "@playwright/test";
import { writeReadmeTest } from "./test/readme-blocks.js";

writeReadmeTest("@playwright/test", "readme.spec.ts");
// Read again in each worker: the port is chosen once.
process.env.APP_PORT ??= await freePort();
const url = `http://127.0.0.1:${process.env.APP_PORT}`;

export default defineConfig({
  testMatch: ["browser/*.spec.ts", ".reports/readme/*.spec.ts"],
  workers: 1,
  // Two spoken turns in real time take long on a machine that does other work: only a hang is an error.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["line"], ["json", { outputFile: ".reports/browser.json" }]],
  webServer: { command: "node browser/serve-app.mjs", url },
  use: {
    baseURL: url,
    launchOptions: {
      executablePath: findChromium(),
      // Chromium's sandbox does not work for root.
      args: ["--no-proxy-server", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    },
  },
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}
