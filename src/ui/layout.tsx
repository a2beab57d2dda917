import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { FrameProvider, type PageFrame, useFrame } from './frame.js';
import { LANGUAGE_NAMES, type Language } from './texts/languages.js';

export interface LayoutProps {
  title: string;
  /** Narrow for forms and short texts, wide for lists and overviews, full for tables of many columns. */
  width?: 'narrow' | 'wide' | 'full';
  /** Small scripts of ours under /assets/; the page works without them. */
  scripts?: readonly string[];
  children: ComponentChildren;
}

/** What every page stands in. No inline script, no style but our sheets. */
export function Layout({ title, width = 'narrow', scripts = [], children }: LayoutProps) {
  const { brand, language, texts } = useFrame();
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · ${brand.name}`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/pico/pico.min.css" />
        <link rel="stylesheet" href="/assets/theme.css" />
        <link rel="stylesheet" href="/assets/barong.css" />
        <link rel="stylesheet" href="/assets/parts.css" />
        <link rel="stylesheet" href="/assets/security.css" />
        {width !== 'narrow' && <link rel="stylesheet" href="/assets/account.css" />}
        {width === 'full' && <link rel="stylesheet" href="/assets/console.css" />}
        {width !== 'narrow' && <link rel="stylesheet" href="/assets/identity.css" />}
        {width !== 'narrow' && <link rel="stylesheet" href="/assets/belongings.css" />}
        {width === 'full' && <link rel="stylesheet" href="/assets/overview.css" />}
        {width === 'full' && <link rel="stylesheet" href="/assets/reviews.css" />}
        {brand.stylesheet && <link rel="stylesheet" href={brand.stylesheet} />}
        {scripts.map((name) => (
          <script key={name} src={`/assets/${name}`} type="module" />
        ))}
      </head>
      <body class={width}>
        <a class="skip-link" href="#content">
          {texts.shell.skipToContent}
        </a>
        <SiteHeader />
        <main class="container" id="content">
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}

function SiteHeader() {
  const { brand, viewer, texts } = useFrame();
  return (
    <header class="site-header container">
      <a class={brand.logo ? 'brand' : 'brand plain'} href="/">
        {brand.logo && <img src={brand.logo} alt="" />}
        {brand.name}
      </a>
      {viewer && (
        <div class="viewer">
          <a href="/account">{viewer.email}</a>
          <form method="post" action="/sign-out">
            <FormToken />
            <button type="submit" class="link">
              {texts.shell.signOut}
            </button>
          </form>
        </div>
      )}
    </header>
  );
}

/** Pages are GETs, and a GET changes nothing: the language is chosen by a form. */
function SiteFooter() {
  const { brand, language, path, texts } = useFrame();
  return (
    <footer class="site-footer container">
      <form method="post" action="/language" aria-label={texts.shell.language}>
        <input type="hidden" name="return_to" value={path} />
        {(Object.entries(LANGUAGE_NAMES) as [Language, string][]).map(([tag, name]) => (
          <button
            key={tag}
            type="submit"
            class="link"
            name="language"
            value={tag}
            lang={tag}
            disabled={tag === language}
          >
            {name}
          </button>
        ))}
      </form>
      {brand.supportEmail && <a href={`mailto:${brand.supportEmail}`}>{texts.shell.help}</a>}
    </footer>
  );
}

/** Proves that a form was on a page of this very session; nothing when nobody is signed in. */
export function FormToken() {
  const { formToken } = useFrame();
  return formToken === undefined ? null : <input type="hidden" name="form_token" value={formToken} />;
}

/** A page as HTML text; everything in it was escaped by the renderer. */
export function renderPage(page: JSX.Element, frame: PageFrame): string {
  return `<!doctype html>${renderToString(<FrameProvider value={frame}>{page}</FrameProvider>)}`;
}
