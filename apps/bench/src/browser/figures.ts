import { median, percentile } from "../measure/statistics.js";
import { table } from "../measure/table.js";

/** Something measured of both; the less the better. */
export interface Figure {
  name: string;
  unit: string;
  /** Raw samples. */
  ours: readonly number[];
  /** Empty where the peer has nothing of the kind. */
  peer: readonly number[];
  /** What ours must not exceed. */
  target?: { median?: number; p95?: number };
}

/** Prints figures under a title. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  const head = ["", "", "ours median", "p95", "peer median", "p95", "target", "met"];
  console.log(`\n${title}\n`);
  console.log(table(head, figures.map(toRow)));
}

function toRow({ name, unit, ours, peer, target = {} }: Figure): string[] {
  const both = [ours, peer].flatMap((samples) => [median(samples), percentile(samples, 0.95)].map(show));
  const limits = [
    ...(target.median === undefined ? [] : [{ of: "median", limit: target.median, value: median(ours) }]),
    ...(target.p95 === undefined ? [] : [{ of: "p95", limit: target.p95, value: percentile(ours, 0.95) }]),
  ];
  const met = limits.every(({ limit, value }) => value <= limit);
  const wanted = limits.map(({ of, limit }) => `${of} ≤ ${limit}`).join(", ");
  return [name, unit, ...both, wanted, limits.length === 0 ? "" : met ? "yes" : "NO"];
}

function show(value: number): string {
  if (Number.isNaN(value)) return "–";
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
