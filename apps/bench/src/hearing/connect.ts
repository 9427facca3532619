import { launchChromium, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { openConversation } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { faintNoise } from "../browser/signals.js";
import { median } from "../measure/statistics.js";

/** `connect()` with detection and without, in turns. */
export async function measureConnect({ server, quick, report }: Bench): Promise<Figure[]> {
  const wav = await writeMicrophoneFile(faintNoise(10));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const times = { on: [] as number[], off: [] as number[] };
  const count = quick ? 3 : 30;
  for (let run = 0; run <= count; run++) {
    report(`connect: ${run} of ${count}`);
    for (const which of run % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
      const conversation = await openConversation(browser, server, "ours", {
        ...{ outputTap: false, microphoneDelayMs: 100, detects: which === "on" },
      });
      const { startedAt, connectedAt } = await conversation.connect();
      await conversation.close();
      // The first one also starts what the browser starts once.
      if (run > 0) times[which].push(connectedAt - startedAt);
    }
  }
  await browser.close();
  return [
    { name: "connect() → connected, detection on", unit: "ms", ours: times.on, peer: [] },
    { name: "  detection off", unit: "ms", ours: times.off, peer: [] },
    { name: "  added, medians", unit: "ms", ours: [median(times.on) - median(times.off)], peer: [] },
  ];
}
