import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright";

const types: Readonly<Record<string, string>> = {
  js: "text/javascript",
  mjs: "text/javascript",
  onnx: "application/octet-stream",
  wasm: "application/wasm",
};

/**
 * Answers what Layercode's own client asks of a server on the internet for its voice detection with the files of its own
 * dependencies: nothing leaves the machine. `client`: the URL of the client's module, `import.meta.resolve()` of it.
 */
export async function serveVoiceDetection(page: Page, client: string): Promise<void> {
  const dependencies = join(dirname(realpathSync(fileURLToPath(client))), "../../..");
  await page.route(/^https:\/\/[^/]+\/(vad-web|onnxruntime-web)\//, (route) => {
    const [, name = "", , file = ""] = new URL(route.request().url()).pathname.split("/");
    const directory = name === "vad-web" ? "@ricky0123/vad-web/dist" : "onnxruntime-web/dist";
    return route.fulfill({
      path: join(dependencies, directory, file),
      contentType: types[file.split(".").at(-1) ?? ""] ?? "text/plain",
      headers: { "access-control-allow-origin": "*" },
    });
  });
  // A worklet's request passes by Playwright's routes; a fetch does not.
  await page.addInitScript(() => {
    const { addModule } = Worklet.prototype;
    Worklet.prototype.addModule = async function (this: Worklet, url, options) {
      if (!`${url}`.startsWith("https://")) return await addModule.call(this, url, options);
      const blob = await (await fetch(url)).blob();
      return await addModule.call(this, URL.createObjectURL(blob), options);
    };
  });
}
