import { parseArgs } from "node:util";
import { createMockServer } from "@layercode/mock-server";
import { speakerRate } from "./recording-speaker.js";
import { microphoneRate } from "./spoken-microphone.js";
import { talk } from "./talk.js";
import { readWav, writeWav } from "./wav-file.js";

const help = `Usage: npm start -- question.wav answer.wav [options]

Asks what is in question.wav and writes what the agent answers to answer.wav. Without --endpoint it talks with a mock
server that it starts itself.

  --endpoint URL   the authorize endpoint of your backend
  --url URL        the service's WebSocket, for a mock server or a proxy
  --agent ID       default ag-123456
  --help           this text
`;

const { values, positionals } = parseArgs({
  options: {
    endpoint: { type: "string" },
    url: { type: "string" },
    agent: { type: "string", default: "ag-123456" },
    help: { type: "boolean" },
  },
  allowPositionals: true,
});
const [from, to] = positionals;

if (values.help) process.stdout.write(help);
else if (!from || !to) {
  process.stderr.write(`Name a WAV file to speak and one to write.\n\n${help}`);
  process.exitCode = 2;
} else {
  const mock = values.endpoint ? null : await createMockServer();
  const url = values.url ?? mock?.wsUrl;
  try {
    process.stderr.write(`Talking with ${values.endpoint ?? "a mock server"} …\n`);
    const { speech, messages } = await talk({
      agentId: values.agent,
      authorizeSessionEndpoint: values.endpoint ?? mock?.authorizeUrl ?? "",
      ...(url !== undefined && { url }),
      question: await readWav(from, microphoneRate),
    });
    await writeWav(to, speech, speakerRate);
    for (const { role, text } of messages) process.stdout.write(`${role}: ${text}\n`);
    process.stderr.write(`${(speech.length / speakerRate).toFixed(1)} s of speech in ${to}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    await mock?.close();
  }
}
