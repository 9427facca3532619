/** A message of the agent's speech, in seconds: when it arrives, and how much it brings. */
export interface Arrival {
  at: number;
  seconds: number;
}

export interface Network {
  /** How many seconds of speech the server sends in a second. Default 1. */
  pace?: number;
  /** Seconds by which a message is late. */
  late?(random: () => number): number;
  /** Seconds at which the network stands still for 300 ms. */
  stallAt?(random: () => number): number;
  /** Lengths of messages, in seconds. Default 20 to 100 ms, mixed. */
  messages?: readonly number[];
}

/** The networks that playing is measured on. */
export const networks: Readonly<Record<string, Network>> = {
  "1×, 0–150 ms": { late: (random) => random() * 0.15 },
  "1×, 0–40 ms": { late: (random) => random() * 0.04 },
  "1×, mixed sizes, no jitter": {},
  "1×, 20 ms, 0–40 ms": { late: (random) => random() * 0.04, messages: [0.02] },
  "1×, 100 ms, no jitter": { messages: [0.1] },
  "1.25×, 0–150 ms": { pace: 1.25, late: (random) => random() * 0.15 },
  "2×, 0–150 ms": { pace: 2, late: (random) => random() * 0.15 },
  "0.95×, 0–40 ms": { pace: 0.95, late: (random) => random() * 0.04 },
  mobile: { late: (random) => 0.03 * Math.abs(gauss(random)) + (random() < 0.01 ? 0.2 + random() * 0.4 : 0) },
  "1×, a stall of 300 ms": { late: (random) => random() * 0.02, stallAt: (random) => 2 + random() * 8 },
};

const mixed = [0.02, 0.04, 0.06, 0.08, 0.1];

/** When the messages of `seconds` of speech arrive: being TCP, none before the one ahead of it. */
export function arrivals(network: Network, seconds: number, random: () => number): Arrival[] {
  const { pace = 1, late = () => 0, stallAt = () => Infinity, messages = mixed } = network;
  const stall = stallAt(random);
  const list: Arrival[] = [];
  let latest = 0;
  for (let sent = 0; sent < seconds - 1e-9; ) {
    const length = Math.min(seconds - sent, messages[Math.floor(random() * messages.length)] as number);
    let at = sent / pace + late(random);
    if (at >= stall && at < stall + 0.3) at = stall + 0.3;
    latest = Math.max(latest, at);
    list.push({ at: latest, seconds: length });
    sent += length;
  }
  return list;
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
