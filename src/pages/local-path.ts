/** Where a page may lead back to: a path of this server, nothing else (CONTROLS C-46). */
export function localPath(path: string | undefined): string | undefined {
  if (path === undefined || !/^\/(?![/\\])/.test(path)) return undefined;
  // Browsers drop tabs and line breaks before they read an address, so `/<tab>/evil` would lead away.
  return /[\p{Cc}\\]/u.test(path) ? undefined : path;
}
