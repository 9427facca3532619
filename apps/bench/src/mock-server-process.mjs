// The mock server alone in its process, so that its CPU time and memory are its own. Talks with the benchmark by IPC.
import { createMockServer } from "@layercode/mock-server";

const chunkMs = 100;
const chunk = Int16Array.from({ length: 1600 }, (_, i) => 3000 * Math.sin((2 * Math.PI * 440 * i) / 16000));

const server = await createMockServer({
  voice: "tone",
  scenario: {
    // Audio without end, at the pace at which it is heard.
    async start(turn) {
      const begin = performance.now();
      for (let sent = 0; ; sent++) {
        await turn.audio(chunk);
        await new Promise((resolve) => setTimeout(resolve, begin + (sent + 1) * chunkMs - performance.now()));
      }
    },
    userData: (turn, data) => turn.data(data),
  },
});

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ apiUrl: server.apiUrl, wsUrl: server.wsUrl, apiKey: server.apiKey });
