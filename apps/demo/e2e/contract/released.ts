import { type Census, describeLeft, readCensus } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { expect } from "../fixtures.js";

/**
 * Waits until nothing of a conversation is left in the page: no track, socket, context, timer, frame, request, and no
 * listener but what the switcher, the frameworks, Playwright and axe keep for as long as the page is.
 */
export async function expectReleased(page: Page): Promise<void> {
  await expect
    .poll(async () => describeLeft(withoutDelegation(await readCensus(page)), permanent), { intervals: [20, 50, 100] })
    .toBe("");
}

// Frameworks delegate events to the document.
function withoutDelegation(census: Census): Census {
  return { ...census, listeners: census.listeners.filter((listener) => !delegated.test(listener)) };
}

const delegated = /^document "(?!visibilitychange|blur|key|pointer)/;

/** What Playwright adds when a test evaluates a locator. */
const playwrights = [
  ..."mousemove mousedown mouseup pointerdown pointerup touchstart touchend touchcancel".split(" "),
  ..."click auxclick dblclick contextmenu __playwright_global_listeners_check__".split(" "),
];

/** What axe listens to once it is loaded. */
const axes = "message";

const permanent: Census = {
  tracks: [],
  sockets: [],
  contexts: [],
  timers: [],
  animationFrames: [],
  listeners: ["popstate", ...playwrights, axes].map((type) => `window "${type}"`),
  requests: [],
  objectUrls: [],
};
