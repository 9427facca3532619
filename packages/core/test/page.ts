import { vi } from "vitest";

/** Stands in for the page around a client, its network and its screen, and counts what is held of them. */
export function stubPage() {
  const listeners: { type: string; listener: () => void }[] = [];
  const target = {
    addEventListener: (type: string, listener: () => void) => void listeners.push({ type, listener }),
    removeEventListener(type: string, listener: () => void) {
      const index = listeners.findIndex((one) => one.type === type && one.listener === listener);
      if (index >= 0) listeners.splice(index, 1);
    },
  };
  const fire = (type: string) => {
    for (const one of [...listeners]) if (one.type === type) one.listener();
  };
  const locks = new Set<object>();
  const lockHolders: ((reason: Error) => void)[] = [];
  const page = {
    online: true,
    visible: true,
    get screenLocks(): number {
      return locks.size;
    },
    get listeners(): number {
      return listeners.length;
    },
    goOffline() {
      page.online = false;
      fire("offline");
    },
    goOnline() {
      page.online = true;
      fire("online");
    },
    hide() {
      page.visible = false;
      // As browsers do.
      locks.clear();
      fire("visibilitychange");
    },
    show() {
      page.visible = true;
      fire("visibilitychange");
    },
    /** How many tabs, this one included, hold the name. */
    get speakers(): number {
      return lockHolders.length;
    },
    /** Another tab asks for the name that this one holds. */
    anotherTabSpeaks() {
      lockHolders.shift()?.(new Error("stolen"));
    },
  };
  vi.stubGlobal("addEventListener", target.addEventListener);
  vi.stubGlobal("removeEventListener", target.removeEventListener);
  vi.stubGlobal("document", {
    ...target,
    get visibilityState() {
      return page.visible ? "visible" : "hidden";
    },
  });
  vi.stubGlobal("navigator", {
    get onLine() {
      return page.online;
    },
    wakeLock: {
      async request() {
        const lock = { release: async () => void locks.delete(lock) };
        locks.add(lock);
        return lock;
      },
    },
    locks: {
      async request(_name: string, options: { steal: boolean }, use: () => Promise<void>) {
        if (options.steal) page.anotherTabSpeaks();
        let steal = (_: Error) => {};
        const stolen = new Promise<never>((_, reject) => {
          steal = reject;
        });
        lockHolders.push(steal);
        await Promise.race([use(), stolen]);
        lockHolders.splice(lockHolders.indexOf(steal), 1);
      },
    },
  });
  return page;
}
