import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true });
}

/** A page in a profile of its own, and everything that the browser found wrong while it was used. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Errors of the console (the browser writes what a policy blocked there), of scripts, and failed requests. */
  troubles: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A picture or an icon that was still on its way when the person went on.
    if (reason === 'net::ERR_ABORTED' && !request.isNavigationRequest()) return;
    troubles.push(`request: ${request.url()} ${reason}`);
  });
  return { page, context, troubles };
}
