import type { Undo } from "@layercode/core";
import { mount as mountComponent, unmount } from "svelte";
import type { PageProps } from "../shared/page.js";
import Page from "./Page.svelte";

/** The page with Svelte: `@layercode/svelte`. */
export function mount(root: HTMLElement, props: PageProps): Undo {
  const page = mountComponent(Page, { target: root, props });
  return () => void unmount(page);
}
