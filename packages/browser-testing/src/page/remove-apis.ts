import type { Instruments } from "./instruments.js";

/** Something that scripts use by name, and which of the oldest browsers do not have it. */
export interface Api {
  /** An interface or a built-in object, such as `Array`; `""` is the global scope. */
  owner: string;
  /** A member of it, static or of its instances; `null` is the owner itself. */
  member: string | null;
  missingIn: readonly string[];
}

/** Runs in the page, and uses nothing from outside itself. The probe `removedApis` tells what was there and was removed. */
export function removeApis({ probes }: Instruments, apis: readonly Api[]): void {
  const removed: string[] = [];
  const drop = (from: object | undefined, name: string, label: string) => {
    if (from && Object.hasOwn(from, name) && Reflect.deleteProperty(from, name)) removed.push(label);
  };
  const objectOf = (path: string) =>
    path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], globalThis) as
      | (object & { prototype?: object })
      | undefined;
  // Members first: an owner that is gone has none.
  for (const { owner, member } of apis) {
    if (member === null) continue;
    const of: ReturnType<typeof objectOf> = owner === "" ? globalThis : objectOf(owner);
    // Every function has these two: not what was meant.
    if (member !== "name" && member !== "length") drop(of, member, `${owner}.${member}`);
    drop(of?.prototype, member, `${owner}.prototype.${member}`);
  }
  for (const { owner, member } of apis) {
    if (member !== null) continue;
    const [name = "", ...path] = owner.split(".").reverse();
    drop(path.length > 0 ? objectOf(path.reverse().join(".")) : globalThis, name, owner);
  }
  probes.removedApis = () => removed;
}
