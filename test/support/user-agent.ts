/** A page as a browser without scripts sees it. */
export interface Page {
  url: string;
  status: number;
  html: string;
}

const MOST_REDIRECTS = 15;

/**
 * A browser reduced to cookies, redirects and forms: enough for pages that work without JavaScript. Redirects that
 * leave the server are not followed; they are where the test takes over.
 */
export class UserAgent {
  private readonly cookies = new Map<string, { value: string; path: string }>();

  /** @param identity what it sends as User-Agent; Node's own name unless given */
  constructor(
    private readonly server: string,
    private readonly identity?: string,
  ) {}

  async open(url: string): Promise<Page> {
    return this.request(new URL(url, this.server), { method: 'GET' });
  }

  /** Fills in the form whose action ends like this, with its hidden fields, and sends it. */
  async submit(page: Page, actionEnd: string, fields: Record<string, string> = {}): Promise<Page> {
    const form = formsOf(page.html).find(({ action }) => action.endsWith(actionEnd));
    if (!form) throw new Error(`no form …${actionEnd} on ${page.url} (${page.status}): ${page.html.slice(0, 1500)}`);
    const body = new URLSearchParams({ ...form.hidden, ...fields });
    return this.request(new URL(form.action, page.url), { method: 'POST', body });
  }

  /** The value of a cookie that the browser holds. */
  cookie(name: string): string | undefined {
    return this.cookies.get(name)?.value;
  }

  /** What the browser would send in `Cookie` to this address. */
  header(url: string): string {
    return this.cookiesFor(new URL(url));
  }

  /** Puts a cookie there that came from elsewhere. */
  take(name: string, value: string): void {
    this.cookies.set(name, { value, path: '/' });
  }

  async request(url: URL, init: RequestInit, redirects = 0): Promise<Page> {
    const headers = {
      cookie: this.cookiesFor(url),
      'sec-fetch-site': 'same-origin',
      accept: 'text/html',
      ...(this.identity !== undefined && { 'user-agent': this.identity }),
    };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    const location = response.headers.get('location');
    if (location === null) return { url: url.href, status: response.status, html: await response.text() };
    const target = new URL(location, url);
    if (target.origin !== new URL(this.server).origin) return { url: target.href, status: response.status, html: '' };
    if (redirects >= MOST_REDIRECTS) throw new Error(`too many redirects, last to ${target.href}`);
    return this.request(target, { method: 'GET' }, redirects + 1);
  }

  private cookiesFor({ pathname }: URL): string {
    return [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  private keep(header: string): void {
    const [pair = '', ...attributes] = header.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const path = attributes.find((attribute) => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, { value, path });
  }
}

function formsOf(html: string): { action: string; hidden: Record<string, string> }[] {
  return [...html.matchAll(/<form[^>]*?action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action = '', inner = '']) => ({
    action: unescape(action),
    hidden: Object.fromEntries(
      [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
        /name="([^"]*)"/.exec(input)?.[1] ?? '',
        unescape(/value="([^"]*)"/.exec(input)?.[1] ?? ''),
      ]),
    ),
  }));
}

const unescape = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
