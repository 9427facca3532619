// Opens a page and waits to be killed: what it leaves behind is for the test to look at.
import { createBrowserPool } from "../dist/index.js";

const page = await createBrowserPool(process.argv[2]).newPage();
await page.goto(process.argv[3]);
process.stdout.write(await page.title());
setInterval(() => {}, 1000);
