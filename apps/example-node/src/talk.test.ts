import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bestCorrelation, encodeWav, resample, synthesizeSpeech, toFloat } from "@layercode/browser-testing";
import { createMockServer, type MockServerOptions, type MockSession, type Scenario } from "@layercode/mock-server";
import { expect, onTestFinished, test } from "vitest";
import { speakerRate } from "./recording-speaker.js";
import { microphoneRate } from "./spoken-microphone.js";
import { talk } from "./talk.js";
import { readWav, writeWav } from "./wav-file.js";

async function startServer(options: MockServerOptions) {
  const server = await createMockServer(options);
  onTestFinished(() => server.close());
  return {
    server,
    agent: { agentId: "ag-1", authorizeSessionEndpoint: server.authorizeUrl, url: server.wsUrl },
  };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "layercode-talk-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("what is in one WAV file is asked, and the answer is what comes back in the other", async () => {
  const { server, agent } = await startServer({ scenario: "echo", voice: "tone" });
  const spoken = await synthesizeSpeech("Can you hear me now?");
  const path = await folder();
  await writeFile(join(path, "question.wav"), encodeWav(spoken));

  const question = await readWav(join(path, "question.wav"), microphoneRate);
  const { speech, messages } = await talk({ ...agent, question });
  await writeWav(join(path, "answer.wav"), speech, speakerRate);

  const session = server.sessions[0]!;
  const source = toFloat(spoken.samples);
  const received = session.received.audio;
  expect(bestCorrelation(resample(source, spoken.sampleRate, microphoneRate), received).correlation).toBeGreaterThan(
    0.95,
  );
  const answer = toFloat(await readWav(join(path, "answer.wav"), speakerRate));
  expect(bestCorrelation(resample(source, spoken.sampleRate, speakerRate), answer).correlation).toBeGreaterThan(0.9);
  expect(messages.map(({ role, status }) => [role, status])).toEqual([
    ["user", "final"],
    ["assistant", "final"],
  ]);
  // All that came was heard to its end, and said so.
  const audio = session.sent.flatMap(({ message }) => (message.type === "response.audio" ? [message] : []));
  const { turn_id, delta_id } = { turn_id: "", delta_id: "", ...audio.at(-1) };
  await session.expect("trigger.response.audio.replay_finished", { turn_id, last_delta_id_played: delta_id });
  expect(session.received.faults).toEqual([]);
});

test("the agent is let say its welcome first, and is heard in full", async () => {
  const welcome: Scenario = { start: (turn) => turn.say("Hi there."), userSpoke: (turn) => turn.say("Yes.") };
  const { server, agent } = await startServer({ scenario: welcome, voice: "tone" });
  const closed = new Promise<MockSession>((resolve) => server.on("session-closed", resolve));
  const question = toPcm(await synthesizeSpeech("What is the weather like?"));
  const { messages } = await talk({ ...agent, question });
  expect(messages.map(({ role, status }) => [role, status])).toEqual([
    ["assistant", "final"],
    ["user", "final"],
    ["assistant", "final"],
  ]);
  expect((await closed).closing).toMatchObject({ code: 1000 });
});

test("a refusal ends it with its reason", async () => {
  const { agent } = await startServer({ voice: "tone", balance: false });
  await expect(talk({ ...agent, question: new Int16Array(8000) })).rejects.toMatchObject({
    code: "insufficient-balance",
  });
});

function toPcm({ samples, sampleRate }: Awaited<ReturnType<typeof synthesizeSpeech>>): Int16Array {
  return Int16Array.from(resample(toFloat(samples), sampleRate, microphoneRate), (sample) =>
    Math.round(sample * 32767),
  );
}
