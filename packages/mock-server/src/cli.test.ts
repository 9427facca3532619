import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

// Built here, one level below the package as dist is: this package's tests run before its build.
const directory = fileURLToPath(new URL("../.reports", import.meta.url));

beforeAll(async () => {
  await build({
    entryPoints: {
      cli: fileURLToPath(new URL("cli.ts", import.meta.url)),
      "speech-worker": fileURLToPath(new URL("speech/speech-worker.js", import.meta.url)),
    },
    outdir: directory,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "es2022",
  });
});

interface Run {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when stdout fits. */
  says(pattern: RegExp): Promise<string>;
  ended: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [`${directory}/cli.js`, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (output.stdout += data));
  child.stderr.on("data", (data) => (output.stderr += data));
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async says(pattern) {
      while (!pattern.test(output.stdout)) {
        const ended = await Promise.race([once(child.stdout, "data").then(() => false), once(child, "close")]);
        if (ended && !pattern.test(output.stdout)) throw new Error(`It ended with: ${output.stdout}${output.stderr}`);
      }
      return output.stdout;
    },
    ended: once(child, "close").then(([code]) => code),
  };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "serves, prints its URLs, and %s ends it with nothing left running",
  async (signal) => {
    const mock = run("--port", "0", "--api-key", "my-key");
    const banner = await mock.says(/Ctrl-C/);
    const [url] = banner.match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
    expect(banner).toContain(`${url!.replace("http", "ws")}/v1/agents/web/websocket`);
    expect(banner).toContain("my-key");
    const response = await fetch(`${url}/api/authorize`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"agent_id":"ag-1"}',
    });
    const { client_session_key } = (await response.json()) as { client_session_key: string };
    const socket = new WebSocket(
      `${url!.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${client_session_key}`,
    );
    socket.addEventListener("open", () => socket.send('{"type":"client.ready"}'));
    await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
    mock.child.kill(signal);
    expect(await mock.ended).toBe(0);
    // The WASI warning would stand here.
    expect(mock.stderr()).toBe("");
  },
);

test("--verbose prints both directions of every session", async () => {
  const mock = run("--port", "0", "--verbose", "--scenario", "echo");
  const [url] = (await mock.says(/Ctrl-C/)).match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
  const body = '{"agent_id":"ag-1"}';
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/authorize`, { method: "POST", headers, body });
  const { client_session_key } = (await response.json()) as { client_session_key: string };
  const socket = new WebSocket(
    `${url!.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${client_session_key}`,
  );
  socket.addEventListener("open", () => socket.send('{"type":"client.response.data","data":{"cart":1}}'));
  await mock.says(/session \w{8} +\d+ ms → response.data: content \{"cart":1\}/);
  expect(mock.stdout()).toMatch(/session \w{8} +\d+ ms ← client.response.data: data \{"cart":1\}/);
  socket.close(4000);
  await mock.says(/session \w{8} +\d+ ms × closed with 4000/);
});

test("--scenario takes a path, and an expectation that is not met is printed", async () => {
  const path = `${directory}/scenario.json`;
  await writeFile(path, '{"turns":[{"waitFor":"client.ready"}]}');
  const wrong = run("--scenario", path);
  expect(await wrong.ended).toBe(2);
  expect(wrong.stderr()).toMatch(/scenario\.json cannot be used: turns\[0\]\.waitFor is the text "client\.ready"/);
  await writeFile(path, '{"turns":[{"waitFor":"user","expect":{"withinMs":1},"text":"Anyone?"}]}');
  const mock = run("--port", "0", "--scenario", path);
  const banner = await mock.says(/Ctrl-C/);
  expect(banner).toContain(`agent      ${path}, speaks`);
  const [url] = banner.match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/authorize`, { method: "POST", headers, body: '{"agent_id":"ag-1"}' });
  const { client_session_key } = (await response.json()) as { client_session_key: string };
  const socket = new WebSocket(
    `${url!.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${client_session_key}`,
  );
  socket.addEventListener("open", () => socket.send('{"type":"client.ready"}'));
  await mock.says(/turns\[0\], which waits for "user": nothing came within 1 ms/);
});

test("--protocol and --key-lifetime reach the server", async () => {
  const mock = run("--port", "0", "--protocol", "conversationIdField=session_id", "--key-lifetime", "0");
  const [url] = (await mock.says(/Ctrl-C/)).match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/authorize`, { method: "POST", headers, body: '{"agent_id":"ag-1"}' });
  const answer = (await response.json()) as Record<string, string>;
  expect(answer).toHaveProperty("session_id");
  expect(answer).not.toHaveProperty("conversation_id");
  const socket = new WebSocket(
    `${url!.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${answer.client_session_key}`,
  );
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toMatch(/401/);
});

test("--help and --version", async () => {
  const help = run("--help");
  expect(await help.ended).toBe(0);
  for (const flag of ["--port", "--host", "--scenario", "--api-key", "--static", "--verbose", "--quiet", "--version"])
    expect(help.stdout()).toContain(flag);
  const version = run("--version");
  expect(await version.ended).toBe(0);
  expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("--fault makes things go wrong from the start; --no-control leaves no way to change them", async () => {
  const mock = run("--port", "0", "--fault", "authorize.status=503", "--fault", "latencyMs=5", "--no-control");
  const banner = await mock.says(/Ctrl-C/);
  const [url] = banner.match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
  expect(banner).toContain('faults     {"authorize":{"status":503},"latencyMs":5}');
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: '{"agent_id":"ag-1"}' };
  expect((await fetch(`${url}/api/authorize`, post)).status).toBe(503);
  expect((await fetch(`${url}/__mock/faults`, post)).status).toBe(404);
});

test.each([
  [["--fault", "latency=1"], /--fault\.latency is not known/],
  [["--prot", "1"], /--prot/],
  [["--port", "http"], /--port is "http"/],
  [["--port", "99999"], /--port is "99999"/],
  [["--scenario", "nonsense"], /--scenario is "nonsense"/],
  [["--scenario", "/no/such/scenario.json"], /--scenario is "\/no\/such\/scenario.json".*no such file/],
  [["--protocol", "turnEnd=yes"], /--protocol\.turnEnd is "yes"\. It is true or false/],
  [["--key-lifetime", "soon"], /--key-lifetime is "soon"/],
  [["--static", "/no/such/directory"], /--static is/],
  [["--quiet", "--verbose"], /contradict/],
  [["--api-key", "my key"], /--api-key.*Use printable ASCII without spaces/],
  [["--api-key", ""], /--api-key is empty/],
  [["--allowed-origin", "app.example"], /--allowed-origin is "app\.example"\. .*such as https:\/\/app\.example/],
  [["--allowed-origin", ""], /--allowed-origin is ""/],
  [["--host", ""], /--host is ""\. .*127\.0\.0\.1/],
  [["extra"], /extra/],
])("%j ends with 2 and says why", async (args, message) => {
  const mock = run(...args);
  expect(await mock.ended).toBe(2);
  expect(mock.stderr()).toMatch(message);
  expect(mock.stdout()).toBe("");
});

test("an address of another machine ends with 1 and says so", async () => {
  const mock = run("--port", "0", "--host", "203.0.113.7");
  expect(await mock.ended).toBe(1);
  expect(mock.stderr()).toMatch(/cannot listen on 203\.0\.113\.7:0\. It is no address of this machine/);
});

test("goes on when nobody reads its output any more", async () => {
  const mock = run("--port", "0", "--verbose");
  const [url] = (await mock.says(/Ctrl-C/)).match(/http:\/\/127\.0\.0\.1:\d+(?=\/api\/authorize)/)!;
  mock.child.stdout?.destroy();
  for (let session = 0; session < 3; session++) {
    const response = await fetch(`${url}/api/authorize`, { method: "POST", body: '{"agent_id":"ag-1"}' });
    const { client_session_key: key } = (await response.json()) as { client_session_key: string };
    const socket = new WebSocket(`${url!.replace("http", "ws")}/v1/agents/web/websocket?client_session_key=${key}`);
    socket.on("open", () => socket.send('{"type":"client.ready"}'));
    await once(socket, "message");
    socket.close();
    await once(socket, "close");
  }
  mock.child.kill("SIGTERM");
  expect([await mock.ended, mock.stderr()]).toEqual([0, ""]);
});

test.each(["--help", "--version"])("%s into a pipe that is closed is no error", async (option) => {
  const mock = run(option);
  mock.child.stdout?.destroy();
  expect([await mock.ended, mock.stderr()]).toEqual([0, ""]);
});

test("a taken port ends with 1 and says so; --quiet prints nothing", async () => {
  const first = run("--port", "0");
  const [, port] = (await first.says(/Ctrl-C/)).match(/127\.0\.0\.1:(\d+)/)!;
  const second = run("--port", port!, "--quiet");
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toMatch(/taken/);
  expect(second.stdout()).toBe("");
});
