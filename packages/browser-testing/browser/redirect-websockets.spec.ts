import { redirectWebSockets } from "../dist/index.js";
import { expect, test } from "./fixtures.js";
import { servePage } from "./serve-page.js";

test("a page's sockets of one path, on any origin, go to another, all others where they were meant to go", async ({
  newPage,
}) => {
  await using served = await servePage();
  const page = await newPage();
  await redirectWebSockets(page, "/v1/talk", "ws://127.0.0.1:9/there");
  await page.goto(served.url);
  const urls = await page.evaluate(() => {
    const own = `ws://${location.host}`;
    const meant = ["wss://service.test/v1/talk?key=1", `${own}/v1/talk?key=2`, `${own}/behind/a/proxy/v1/talk`];
    return [...meant, "ws://127.0.0.1:10/v1/other?/v1/talk"].map((url) => new WebSocket(url).url);
  });
  expect(urls).toEqual([
    "ws://127.0.0.1:9/there?key=1",
    "ws://127.0.0.1:9/there?key=2",
    "ws://127.0.0.1:9/there",
    "ws://127.0.0.1:10/v1/other?/v1/talk",
  ]);
});
