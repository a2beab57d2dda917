import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { english, type Texts } from './texts/english/english.js';
import type { Language } from './texts/languages.js';

/** How the service calls itself on this page, and what it looks like. */
export interface Brand {
  name: string;
  /** Path on this server. */
  logo?: string | undefined;
  /** Path of a sheet with the brand's colours. */
  stylesheet?: string | undefined;
  supportEmail?: string | undefined;
}

/** What every page knows of its request; components read it by `useFrame`. */
export interface PageFrame {
  brand: Brand;
  language: Language;
  texts: Texts;
  /** Path of the page with its query, to come back to. */
  path: string;
  /** Who is signed in, if anybody. */
  viewer?: { email: string; isStaff: boolean } | undefined;
  /** Goes with every form of a signed-in person (CONTROLS C-48). */
  formToken?: string | undefined;
}

const Frame = createContext<PageFrame>({ brand: { name: '' }, language: 'en', texts: english, path: '/' });

export const FrameProvider = Frame.Provider;
export const useFrame = (): PageFrame => useContext(Frame);
export const useTexts = (): Texts => useContext(Frame).texts;
