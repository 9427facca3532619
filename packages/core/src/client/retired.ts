import type { LayercodeError } from "../errors.js";

/** Clients that open nothing, and why: their component is gone, or its options made no sense. Either may come back. */
export const retired = new WeakMap<object, LayercodeError>();
