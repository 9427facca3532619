import { afterEach, describe, expect, test, vi } from "vitest";
import { resolveUrl } from "./page-url.js";
import { sessionUrl } from "./transport/websocket.js";

afterEach(() => void vi.unstubAllGlobals());

test("without a page only a full URL is one", () => {
  expect(resolveUrl("https://app.example/api")?.href).toBe("https://app.example/api");
  expect(resolveUrl(new URL("wss://app.example"))?.href).toBe("wss://app.example/");
  for (const url of ["/api", "", "http://["]) expect(resolveUrl(url)).toBe(null);
});

test("in a worker a path is on the script's origin", () => {
  vi.stubGlobal("location", { href: "https://app.example/worker.js" });
  expect(resolveUrl("/api")?.href).toBe("https://app.example/api");
});

// Chrome has it since 120, Safari since 17.
test("it asks for no URL.canParse", () => {
  vi.stubGlobal("URL", class extends URL {});
  Object.assign(URL, { canParse: undefined });
  expect(resolveUrl("https://app.example/")?.href).toBe("https://app.example/");
});

describe("in an about:srcdoc frame", () => {
  const frame = () => {
    vi.stubGlobal("location", { href: "about:srcdoc" });
    vi.stubGlobal("document", { baseURI: "https://app.example/page/" });
  };

  test("the base is that of the page around it", () => {
    frame();
    expect(resolveUrl("api/authorize")?.href).toBe("https://app.example/page/api/authorize");
  });

  test("the option url may be a path", () => {
    frame();
    expect(sessionUrl("/voice", "key")).toBe("wss://app.example/voice?client_session_key=key");
  });
});
