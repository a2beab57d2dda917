/** What a program says of itself, as far as that can be told; nothing of it is proof. */
export interface Device {
  /** A browser, or the name of another program. */
  program?: string;
  system?: string;
}

/** The first that fits: browsers claim to be those that came before them. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\b(Edg|EdgA|EdgiOS|Edge)\//, 'Edge'],
  [/\b(OPR|Opera|OPT|OPiOS)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bYaBrowser\//, 'Yandex Browser'],
  [/\bDuckDuckGo\//, 'DuckDuckGo'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|HeadlessChrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ (Mobile\/\w+ )?Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** `curl/8.5.0`, `okhttp/4.12.0`, `node`: programs that do not pose as a browser begin with their name. */
const PROGRAM = /^([A-Za-z][\w.-]{0,30})(\/|$)/;

/** Reads a User-Agent header (RFC 9110, section 10.1.5). */
export function deviceOf(userAgent: string): Device {
  const system = firstOf(SYSTEMS, userAgent);
  const program = firstOf(BROWSERS, userAgent) ?? otherProgram(userAgent);
  return { ...(program !== undefined && { program }), ...(system !== undefined && { system }) };
}

function otherProgram(userAgent: string): string | undefined {
  const name = PROGRAM.exec(userAgent)?.[1];
  return name === 'Mozilla' ? undefined : name;
}

function firstOf(kinds: readonly (readonly [RegExp, string])[], userAgent: string): string | undefined {
  return kinds.find(([sign]) => sign.test(userAgent))?.[1];
}
