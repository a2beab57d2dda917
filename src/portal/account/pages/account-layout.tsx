import type { ComponentChildren } from 'preact';
import { AreaLayout } from '../../../ui/area-layout.js';
import { useFrame } from '../../../ui/frame.js';

export type AccountPage =
  'overview' | 'identity' | 'phone' | 'security' | 'sessions' | 'applications' | 'activity' | 'settings';

const PATHS: Record<AccountPage, string> = {
  overview: '/account',
  identity: '/account/identity',
  phone: '/account/phone',
  security: '/account/security',
  sessions: '/account/sessions',
  applications: '/account/applications',
  activity: '/account/activity',
  settings: '/account/settings',
};

export interface AccountLayoutProps {
  page: AccountPage;
  /** The page's own title; the menu's word unless given. */
  title?: string;
  lead?: string;
  scripts?: readonly string[];
  children: ComponentChildren;
}

/** What the pages of an account stand in. */
export function AccountLayout({ page, title, lead, scripts = [], children }: AccountLayoutProps) {
  const { texts, viewer } = useFrame();
  const { account } = texts.navigation;
  const items = (Object.entries(PATHS) as [AccountPage, string][]).map(([key, href]) => ({ href, text: account[key] }));
  if (viewer?.isStaff) items.push({ href: '/admin', text: account.console });
  const frame = { area: account.area, items, current: PATHS[page], scripts, lead };
  return (
    <AreaLayout {...frame} title={title ?? account[page]}>
      {children}
    </AreaLayout>
  );
}
