import { launchChromium, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { faintNoise } from "../browser/signals.js";
import { median } from "../measure/statistics.js";

/** `connect()` with detection and without, in turns. The peer's model comes from this machine: what it loads costs no network. */
export async function measureConnect({ server, quick, report }: Bench): Promise<Figure[]> {
  const wav = await writeMicrophoneFile(faintNoise(10));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const times: Record<Contender, Record<"on" | "off", number[]>> = {
    ours: { on: [], off: [] },
    peer: { on: [], off: [] },
  };
  const count = quick ? 3 : 30;
  for (let run = 0; run <= count; run++) {
    report(`connect: ${run} of ${count}`);
    for (const contender of contenders) {
      for (const which of run % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
        const conversation = await openConversation(browser, server, contender, {
          ...{ outputTap: false, microphoneDelayMs: 100, detects: which === "on" },
        });
        const { startedAt, connectedAt } = await conversation.connect();
        await conversation.close();
        // The first one also starts what the browser starts once.
        if (run > 0) times[contender][which].push(connectedAt - startedAt);
      }
    }
  }
  await browser.close();
  const of = (read: (times: Record<"on" | "off", number[]>) => number[]) => ({
    ours: read(times.ours),
    peer: read(times.peer),
  });
  return [
    { name: "connect() → connected, detection on", unit: "ms", ...of(({ on }) => on) },
    { name: "  detection off", unit: "ms", ...of(({ off }) => off) },
    { name: "  added, of the medians", unit: "ms", ...of(({ on, off }) => [median(on) - median(off)]) },
  ];
}
