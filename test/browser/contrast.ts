import type { Page } from 'playwright-core';

/** Texts that stand out from what is behind them by less than 4.5:1, with what they reach. */
export function poorContrasts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const linear = (channel: number) =>
      channel <= 10.31 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = channels(color).map(linear);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    // Our backgrounds are opaque or not there at all.
    const behind = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const color = getComputedStyle(element).backgroundColor;
      return channels(color)[3] === 0 ? behind(element.parentElement) : color;
    };
    const hasText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    return [...document.body.querySelectorAll('*')].filter(hasText).flatMap((element) => {
      const [low = 0, high = 0] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort(
        (a, b) => a - b,
      );
      const ratio = (high + 0.05) / (low + 0.05);
      return ratio < 4.5 ? [`${element.textContent?.trim()}: ${ratio.toFixed(2)}`] : [];
    });
  });
}
