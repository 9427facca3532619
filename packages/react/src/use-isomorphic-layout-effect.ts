import { useEffect, useLayoutEffect } from "react";

/** `useLayoutEffect` that is quiet on a server: there React 18 warns of it, and runs neither of the two. */
export const useIsomorphicLayoutEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;
