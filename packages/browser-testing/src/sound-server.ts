import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MonoAudio } from "./wav.js";

const run = promisify(execFile);

/** What is recorded of a loudspeaker, in Hz. */
const recordedRate = 48_000;

/** A PulseAudio of a test's own, with microphones and loudspeakers that a browser opens as it opens real ones. */
export interface SoundServer {
  /** Where a browser finds it: the environment variable PULSE_SERVER. */
  readonly address: string;
  /** Plays a sound into a microphone. Resolves when it was played to its end. */
  speak(microphone: string, sound: MonoAudio): Promise<void>;
  /** Records what comes out of a loudspeaker, until the function that it resolves with is called. */
  record(loudspeaker: string): Promise<() => Promise<MonoAudio>>;
  /** Ends the server and all that plays and records. */
  close(): Promise<void>;
}

/** Why there is no sound server on this machine, and what to do; `null` where there is one. */
export function whyNoSoundServer(): string | null {
  const missing = ["pulseaudio", "pactl", "pacat"].filter((name) => !existsSync(`/usr/bin/${name}`));
  if (missing.length === 0) return null;
  return `${missing.join(", ")} not found in /usr/bin: \`apt-get install pulseaudio pulseaudio-utils\`.`;
}

/**
 * Starts it with devices of these names, which are their labels as well; the first of each is the system's. Each
 * microphone is a sink that is played into, with a source behind it: browsers do not list the monitors of sinks.
 */
export async function startSoundServer(microphones: string[], loudspeakers: string[]): Promise<SoundServer> {
  const folder = await mkdtemp(join(tmpdir(), "sound-server-"));
  const address = `unix:${join(folder, "native")}`;
  const env = {
    ...process.env,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: folder,
    PULSE_SERVER: address,
  };
  const sink = (name: string, label: string) =>
    `load-module module-null-sink sink_name=${name} rate=48000 sink_properties=device.description=${label}`;
  const source = (name: string) =>
    `load-module module-remap-source source_name=${name} master=into-${name}.monitor source_properties=device.description=${name}`;
  const script = [
    `load-module module-native-protocol-unix socket=${join(folder, "native")} auth-anonymous=1`,
    ...loudspeakers.map((name) => sink(name, name)),
    ...microphones.flatMap((name) => [sink(`into-${name}`, `into-${name}`), source(name)]),
    `set-default-sink ${loudspeakers[0]}`,
    `set-default-source ${microphones[0]}`,
  ];
  const scriptFile = join(folder, "script.pa");
  await writeFile(scriptFile, `${script.join("\n")}\n`);
  const children = new Set<ChildProcess>();

  function start(command: string, args: string[], stdio: ("pipe" | "ignore")[]): ChildProcess {
    const child = spawn(command, args, { env, stdio });
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  }

  const format = (sampleRate: number) => ["--raw", "--format=s16le", "--channels=1", `--rate=${sampleRate}`];
  const server = start(
    "pulseaudio",
    ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit", "-F", scriptFile],
    ["ignore", "ignore", "ignore"],
  );
  const close = async () => {
    const ended = [...children].map((child) => once(child, "exit"));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
    await rm(folder, { recursive: true });
  };
  while (!(await run("pactl", ["info"], { env }).catch(() => null))) {
    if (children.has(server)) continue;
    await close();
    throw new Error(`PulseAudio ended (${server.exitCode ?? server.signalCode}): run it by hand to see why.`);
  }

  return {
    address,
    async speak(microphone, { samples, sampleRate }) {
      const player = start(
        "pacat",
        ["--playback", `--device=into-${microphone}`, "--latency-msec=200", ...format(sampleRate)],
        ["pipe", "ignore", "ignore"],
      );
      player.stdin?.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
      await once(player, "exit");
    },
    async record(loudspeaker) {
      const recorder = start(
        "pacat",
        ["--record", `--device=${loudspeaker}.monitor`, "--latency-msec=50", ...format(recordedRate)],
        ["ignore", "pipe", "ignore"],
      );
      const pieces: Buffer[] = [];
      recorder.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
      if (recorder.stdout) await once(recorder.stdout, "data");
      return async () => {
        recorder.kill();
        await once(recorder, "exit");
        const bytes = Buffer.concat(pieces);
        const samples = Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
        return { samples, sampleRate: recordedRate };
      };
    },
    close,
  };
}
