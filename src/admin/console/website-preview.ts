import {
  type Accents,
  contrastOf,
  DARK_GROUND,
  LEAST_CONTRAST,
  LIGHT_GROUND,
  paletteOf,
} from '../../websites/palette.js';

/** The colours that a preview shows; undefined where the usual ones hold. */
export interface ChosenColors {
  primary?: string | undefined;
  background?: string | undefined;
}

export interface ModeReport {
  mode: 'light' | 'dark';
  /** `#rrggbb`. */
  used: string;
  /** What became of the colour that was chosen. */
  change: 'usual' | 'none' | 'darker' | 'lighter';
  /** Of links on the page and of the text on buttons, 1 to 21. */
  onPage: number;
  onButton: number;
}

export interface ContrastReport {
  modes: ModeReport[];
  /** On the chosen background, if there is one: contrast of text and of links. */
  background?: { text: number; links: number; isLow: boolean } | undefined;
}

/** From theme.css; a test keeps the two alike. */
export const USUAL: { light: Accents; dark: Accents } = {
  light: { accent: '#0b5cad', accentStrong: '#084785', onAccent: '#ffffff' },
  dark: { accent: '#8fc2ff', accentStrong: '#b7d8ff', onAccent: '#0a1a2c' },
};
/** The text of light pages. */
export const LIGHT_TEXT = '#1f2733';

const COLOR = /^#?([0-9a-f]{6})$/i;

/** A colour as `#rrggbb`, or undefined for whatever is none: nothing else gets into a sheet (CONTROLS C-77). */
export function readColor(text: string | undefined): string | undefined {
  const digits = COLOR.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : `#${digits.toLowerCase()}`;
}

/** The sheet of the preview: the colours alone, for the two samples in preview.css. */
export function previewSheet({ primary, background }: ChosenColors): string {
  const { light, dark } = accentsOf(primary);
  const rules = [`.sample.light{${declarations(light)}}`, `.sample.dark{${declarations(dark)}}`];
  if (background !== undefined) rules.push(`.sample.light{--pico-background-color:${background}}`);
  return rules.join('\n');
}

/** What the chosen colours come to, in figures. */
export function contrastReport({ primary, background }: ChosenColors): ContrastReport {
  const { light, dark } = accentsOf(primary);
  const modes = [reportOf('light', light, LIGHT_GROUND, primary), reportOf('dark', dark, DARK_GROUND, primary)];
  if (background === undefined) return { modes };
  const [text, links] = [contrastOf(LIGHT_TEXT, background), contrastOf(light.accent, background)];
  return { modes, background: { text, links, isLow: Math.min(text, links) < LEAST_CONTRAST } };
}

const accentsOf = (primary: string | undefined) => (primary === undefined ? USUAL : paletteOf(primary));

function reportOf(
  mode: ModeReport['mode'],
  { accent, onAccent }: Accents,
  ground: string,
  chosen: string | undefined,
): ModeReport {
  const moved = mode === 'light' ? 'darker' : 'lighter';
  const change = chosen === undefined ? 'usual' : accent === chosen ? 'none' : moved;
  return { mode, used: accent, change, onPage: contrastOf(accent, ground), onButton: contrastOf(accent, onAccent) };
}

const declarations = ({ accent, accentStrong, onAccent }: Accents): string =>
  `--accent:${accent};--accent-strong:${accentStrong};--on-accent:${onAccent}`;
