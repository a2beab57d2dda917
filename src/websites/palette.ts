/** WCAG 2.2, success criterion 1.4.3: text and its ground. */
export const LEAST_CONTRAST = 4.5;
/** The surfaces of theme.css on which accents stand as text, the harder one of each mode. */
export const LIGHT_GROUND = '#f5f6f8';
export const DARK_GROUND = '#1a2029';
const STEP = 0.04;

type Rgb = readonly [number, number, number];

/** The three accents of theme.css. */
export interface Accents {
  accent: string;
  accentStrong: string;
  onAccent: string;
}

/** A brand's colour made readable on our light and dark pages: as near to it as the contrast allows. */
export function paletteOf(primary: string): { light: Accents; dark: Accents } {
  return { light: accents(primary, LIGHT_GROUND, [0, 0, 0]), dark: accents(primary, DARK_GROUND, [255, 255, 255]) };
}

/** Moves the colour towards black or white until it can be read on the ground. */
function accents(primary: string, ground: string, towards: Rgb): Accents {
  let share = 0;
  let accent = rgb(primary);
  while (contrast(accent, rgb(ground)) < LEAST_CONTRAST && share < 1) {
    share += STEP;
    accent = mixed(rgb(primary), towards, share);
  }
  const onAccent = contrast(accent, [255, 255, 255]) >= contrast(accent, [0, 0, 0]) ? '#ffffff' : '#000000';
  return { accent: hex(accent), accentStrong: hex(mixed(accent, towards, 0.25)), onAccent };
}

/** @returns 1 to 21 */
export function contrastOf(first: string, second: string): number {
  return contrast(rgb(first), rgb(second));
}

function contrast(first: Rgb, second: Rgb): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const mixed = (color: Rgb, other: Rgb, share: number): Rgb =>
  [0, 1, 2].map((i) => Math.round((color[i] ?? 0) * (1 - share) + (other[i] ?? 0) * share)) as unknown as Rgb;
const rgb = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;
const hex = (color: Rgb): string => `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
