import type { CDPSession, Page } from "./playwright-types.js";

/** Bytes that live scripts hold after a collection of garbage, array buffers included. */
export interface Heap {
  page: number;
  /** Of all audio worklets of the page together. */
  worklets: number;
}

interface Usage {
  usedSize: number;
  backingStorageSize?: number;
}

/** Watches the heaps of a page and of its worklets, those that are there and those to come. */
export async function watchHeap(page: Page): Promise<() => Promise<Heap>> {
  const session = await page.context().newCDPSession(page);
  const worklets = new Set<string>();
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worklet") worklets.add(sessionId);
  });
  session.on("Target.detachedFromTarget", ({ sessionId }) => worklets.delete(sessionId));
  // Playwright's sessions know no children: these are talked to through their parent.
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return async () => {
    let sum = 0;
    for (const sessionId of worklets) {
      await callWorklet(session, sessionId, "HeapProfiler.collectGarbage");
      sum += bytesOf((await callWorklet(session, sessionId, "Runtime.getHeapUsage")) as Usage);
    }
    await session.send("HeapProfiler.collectGarbage");
    return { page: bytesOf(await session.send("Runtime.getHeapUsage")), worklets: sum };
  };
}

function bytesOf({ usedSize, backingStorageSize = 0 }: Usage): number {
  return usedSize + backingStorageSize;
}

let calls = 0;

function callWorklet(session: CDPSession, sessionId: string, method: string): Promise<unknown> {
  const id = ++calls;
  return new Promise((resolve, reject) => {
    const hear = (event: { sessionId: string; message: string }) => {
      const answer = JSON.parse(event.message);
      if (event.sessionId !== sessionId || answer.id !== id) return;
      session.off("Target.receivedMessageFromTarget", hear);
      if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
      else resolve(answer.result);
    };
    session.on("Target.receivedMessageFromTarget", hear);
    session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
  });
}
