import {
  audibleSpans,
  installOutputTap,
  installScript,
  launchChromium,
  probe,
  readTap,
  tapReady,
} from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { sleep } from "../browser/conversation.js";
import { base64Of } from "../browser/conversation-server.js";
import type { Figure } from "../browser/figures.js";
import { agentTone } from "../browser/signals.js";
import { wireLogScript } from "../page/wire-log.js";

/** What the speaker says was rendered of a turn that is cut, against what the tap heard of it. The peer says nothing of it. */
export async function measureCutPosition({ server, quick, report }: Bench): Promise<Figure[]> {
  report("rendered position at a cut");
  const browser = await launchChromium({ autoplay: true });
  const page = await browser.newPage();
  await installScript(page, wireLogScript, { keeps: false });
  await installOutputTap(page);
  await page.goto(`${server.url}/speaker.html`);
  await probe(page, "speaker.start");
  await tapReady(page);
  const base64 = base64Of(agentTone(440, 3));
  const reported: number[] = [];
  for (let cut = 0; cut < (quick ? 5 : 25); cut++) {
    const argument = { base64, turnId: `turn-${cut}`, afterMs: 300 + 37.3 * (cut % 11) };
    reported.push((await probe<{ ms: number }>(page, "speaker.cut", argument)).ms);
    await sleep(150);
  }
  const { samples, sampleRate } = await readTap(page);
  await browser.close();
  const heard = audibleSpans(samples, sampleRate, 1e-6, 20).map(
    ({ start, end }) => ((end - start) * 1000) / sampleRate,
  );
  if (heard.length !== reported.length)
    throw new Error(`${reported.length} turns were cut, and ${heard.length} heard.`);
  const errors = reported.map((ms, index) => Math.abs(ms - (heard[index] ?? 0)));
  const quantum = Number((128_000 / sampleRate).toFixed(2));
  return [{ name: "rendered position at a cut, error", unit: "ms", ours: errors, peer: [], target: { p95: quantum } }];
}
