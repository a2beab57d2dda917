import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

export interface LayoutProps {
  title: string;
  appName: string;
  /** For lists and overviews; forms and short texts stand in a narrow column. */
  wide?: boolean;
  children: ComponentChildren;
}

/** What every page stands in. No script, no style but our sheets. */
export function Layout({ title, appName, wide = false, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · ${appName}`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/pico/pico.min.css" />
        <link rel="stylesheet" href="/assets/theme.css" />
        <link rel="stylesheet" href="/assets/barong.css" />
        <link rel="stylesheet" href="/assets/parts.css" />
      </head>
      <body class={wide ? 'wide' : 'narrow'}>
        <header class="site-header container">
          <a class="brand" href="/">
            {appName}
          </a>
        </header>
        <main class="container">{children}</main>
      </body>
    </html>
  );
}

/** A page as HTML text; everything in it was escaped by the renderer. */
export function renderPage(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}
