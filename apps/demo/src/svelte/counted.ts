import { type Part, rendered } from "../shared/render-count.js";

/** What a part shows, counted each time that Svelte asks for it anew: that is when it renders. */
export function counted<T>(part: Part, shown: T): T {
  rendered(part);
  return shown;
}
