import type { Undo } from "@layercode/core";
import { type PageEntry, pages } from "../pages.js";
import type { Panel } from "../shared/panel.js";

/**
 * Shows the page that the address names, and the links to the others: they change the page within the document, and
 * the panels go on with their conversations there.
 */
export function showSwitcher(panels: readonly Panel[]): void {
  const root = elementById("page");
  const nav = elementById("switcher");
  let shown: PageEntry | null = null;
  let unmount: Undo = () => {};

  const links = pages.map((page) => {
    const link = nav.appendChild(document.createElement("a"));
    link.textContent = page.name;
    // A real address: a link that opens in a tab of its own works as well.
    link.href = page.path + location.search;
    link.addEventListener("click", (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (page !== pageAt(location.pathname)) history.pushState(null, "", link.href);
      void show();
    });
    return { page, link };
  });

  const show = async () => {
    const page = pageAt(location.pathname);
    for (const { page: linked, link } of links) {
      if (linked === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${page.name} · Talk with a Layercode agent`;
    const { mount } = await page.load();
    // Another one was chosen while its code came.
    if (page === shown || page !== pageAt(location.pathname)) return;
    for (const panel of panels) panel.handOver();
    unmount();
    shown = page;
    unmount = mount(root, { panels });
  };
  addEventListener("popstate", () => void show());
  void show();
}

function pageAt(path: string): PageEntry {
  const plain = path.replace(/(?<=.)\/+$/, "");
  return pages.find((page) => page.path === plain) ?? pages[0];
}

function elementById(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element with the id "${id}".`);
  return found;
}
