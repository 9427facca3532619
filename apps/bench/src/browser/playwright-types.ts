import type { BrowserSession } from "@layercode/browser-testing";

export type Page = Awaited<ReturnType<BrowserSession["newPage"]>>;
export type CDPSession = Awaited<ReturnType<ReturnType<Page["context"]>["newCDPSession"]>>;
