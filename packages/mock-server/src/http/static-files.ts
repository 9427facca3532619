import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
};

interface Found {
  path: string;
  size: number;
}

/**
 * Serves a built page. A path without an extension that names no file gets `index.html`, so that an app may route by itself;
 * nothing outside the directory is ever served, also not through a symbolic link, and no dotfile (`.env`, `.git/config`). Answers `false` when there is no such file.
 */
export async function serveStatic(
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const found = await findFile(directory, request.url ?? "/");
  if (!found) return false;
  response.writeHead(200, {
    "content-type": contentTypes[extname(found.path).toLowerCase()] ?? "application/octet-stream",
    "content-length": found.size,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else pipeline(createReadStream(found.path), response, () => {});
  return true;
}

async function findFile(directory: string, url: string): Promise<Found | null> {
  const path = decodedPath(url);
  if (path === null) return null;
  const root = await realpath(directory).catch(() => null);
  if (root === null) return null;
  const asked = resolve(root, `.${path}`);
  return (
    (await fileInside(root, asked)) ??
    (await fileInside(root, join(asked, "index.html"))) ??
    (extname(path) === "" ? await fileInside(root, join(root, "index.html")) : null)
  );
}

// The path may still contain `..`: the real path of the file is checked against the directory.
function decodedPath(url: string): string | null {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ""));
    return path.startsWith("/") && !path.includes("\0") && !hasDotfile(path) ? path : null;
  } catch {
    return null;
  }
}

// "." and ".." are for the check of the real path.
function hasDotfile(path: string): boolean {
  return path.split(/[\\/]/).some((name) => name.startsWith(".") && name !== "." && name !== "..");
}

async function fileInside(root: string, path: string): Promise<Found | null> {
  try {
    const real = await realpath(path);
    const inside = root.endsWith(sep) ? root : root + sep;
    if (!real.startsWith(inside) || hasDotfile(real.slice(inside.length))) return null;
    const info = await stat(real);
    return info.isFile() ? { path: real, size: info.size } : null;
  } catch {
    return null;
  }
}
