/** PCM16 of `samples` samples, base64: what a `response.audio` carries. */
export function audioContent(samples: number): string {
  return Buffer.alloc(samples * 2, 1).toString("base64");
}

/** What the service says in a conversation, in short; `says` sends it. */
export function createFakeServer(says: (message: object) => void) {
  const sayOf = (type: string, turnId: string, more: object = {}) => says({ type, turn_id: turnId, ...more });
  return {
    agentStarts: (turnId: string) => sayOf("turn.start", turnId, { role: "assistant" }),
    userStarts: (turnId: string) => sayOf("turn.start", turnId, { role: "user" }),
    /** A piece of the agent's voice; `samples` at 16000 Hz, so 100 ms unless said otherwise. */
    audio: (turnId: string, deltaId?: string, samples = 1600) =>
      sayOf("response.audio", turnId, { content: audioContent(samples), ...(deltaId ? { delta_id: deltaId } : {}) }),
    /** A piece of what the agent says. */
    text: (turnId: string, content: string) => sayOf("response.text", turnId, { content }),
    ends: (turnId: string) => sayOf("response.end", turnId),
  };
}
