import { redirectWebSockets } from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

test("a page's sockets for one origin go to another, all others where they were meant to go", async ({ newPage }) => {
  await using served = await servePage();
  const page = await newPage();
  await redirectWebSockets(page, "wss://service.test", "ws://127.0.0.1:9");
  await page.goto(served.url);
  const urls = await page.evaluate(() =>
    ["wss://service.test/talk?key=1", "ws://127.0.0.1:10/"].map((url) => new WebSocket(url).url),
  );
  expect(urls).toEqual(["ws://127.0.0.1:9/talk?key=1", "ws://127.0.0.1:10/"]);
});
