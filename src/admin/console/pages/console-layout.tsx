import type { ComponentChildren } from 'preact';
import type { Role } from '../../../common/principal.js';
import { AreaLayout } from '../../../ui/area-layout.js';
import { useTexts } from '../../../ui/frame.js';

export type ConsolePage =
  'dashboard' | 'accounts' | 'reviews' | 'applications' | 'websites' | 'webhooks' | 'audit' | 'messages' | 'keys';

const PATHS: Record<ConsolePage, string> = {
  dashboard: '/admin',
  accounts: '/admin/accounts',
  reviews: '/admin/reviews',
  applications: '/admin/applications',
  websites: '/admin/websites',
  webhooks: '/admin/webhooks',
  audit: '/admin/audit',
  messages: '/admin/messages',
  keys: '/admin/keys',
};

/** Compliance works with people and their papers (CONTROLS C-72); the rest is for admins. */
const FOR_COMPLIANCE: readonly ConsolePage[] = ['dashboard', 'accounts', 'reviews'];

export interface ConsoleLayoutProps {
  page: ConsolePage;
  /** Role of whoever looks. */
  role: Role;
  /** The page's own title; the menu's word unless given. */
  title?: string;
  lead?: string;
  scripts?: readonly string[];
  children: ComponentChildren;
}

/** What the pages of the console stand in. */
export function ConsoleLayout({ page, role, title, lead, scripts = [], children }: ConsoleLayoutProps) {
  const { console } = useTexts().navigation;
  const items = (Object.entries(PATHS) as [ConsolePage, string][])
    .filter(([key]) => role === 'admin' || FOR_COMPLIANCE.includes(key))
    .map(([key, href]) => ({ href, text: console[key] }));
  const frame = { area: console.area, items, current: PATHS[page], scripts, lead };
  return (
    <AreaLayout {...frame} title={title ?? console[page]} width="full">
      {children}
    </AreaLayout>
  );
}
