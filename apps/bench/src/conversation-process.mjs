// The mock server alone in its process, which says what the benchmark tells it to say. Talks with it by IPC.
import { createMockServer } from "@layercode/mock-server";

const server = await createMockServer({ staticDirectory: process.argv[2], voice: "tone", scenario: {} });
const sessions = new Map();
server.on("session", (session) => sessions.set(session.agentId, session));

const commands = {
  /** Everything that goes wrong with the server from now on. */
  faults: ({ faults }) => server.faults.set(faults),

  /** What goes wrong on one agent's connection. */
  sessionFaults: ({ agentId, faults }) => sessionOf(agentId).faults.set(faults),

  send({ agentId, messages }) {
    const session = sessionOf(agentId);
    for (const message of messages) session.send(message);
  },

  /** A turn of the agent in pieces, each at its time. Answers when the last one is sent. */
  async play({ agentId, turnId, pcm, pieces, ends }) {
    const session = sessionOf(agentId);
    const bytes = Buffer.from(pcm, "base64");
    const begin = performance.now();
    session.send({ type: "turn.start", role: "assistant", turn_id: turnId });
    let from = 0;
    for (const [index, piece] of pieces.entries()) {
      const wait = begin + piece.ms - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (session.closed) return;
      const content = bytes.subarray(from, from + piece.bytes).toString("base64");
      from += piece.bytes;
      session.send({ type: "response.audio", turn_id: turnId, delta_id: `${turnId}:${index}`, content });
    }
    if (ends) session.send({ type: "response.end", turn_id: turnId });
  },
};

function sessionOf(agentId) {
  const session = sessions.get(agentId);
  if (!session) throw new Error(`No client of ${agentId} has connected.`);
  return session;
}

process.on("message", async ({ id, type, ...argument }) => {
  try {
    process.send?.({ id, result: (await commands[type](argument)) ?? null });
  } catch (error) {
    process.send?.({ id, error: `${error}` });
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.({ url: server.url });
