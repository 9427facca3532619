import { cpSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Puts React 18 and its React DOM side by side under their own names: where pnpm keeps it, React DOM 18 finds the
 * React 19 of this package. Returns what a Vite alias needs.
 */
export function aliasReact18() {
  const root = fileURLToPath(new URL("../node_modules", import.meta.url));
  const target = join(root, ".react-18", "node_modules");
  const reactDom = realpathSync(join(root, "react-dom-18"));
  const scheduler = join(dirname(reactDom), "scheduler");
  const sources = { react: join(root, "react-18"), "react-dom": reactDom, scheduler };
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, source] of Object.entries(sources))
    cpSync(realpathSync(source), join(target, name), { recursive: true });
  return [
    { find: /^react(?=$|\/)/, replacement: join(target, "react") },
    { find: /^react-dom(?=$|\/)/, replacement: join(target, "react-dom") },
  ];
}
