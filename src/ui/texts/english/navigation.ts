/** The pages of the account and of the console, as their menus name them. */
export const navigation = {
  account: {
    area: 'My account',
    overview: 'Overview',
    identity: 'Identity',
    phone: 'Phone',
    security: 'Security',
    sessions: 'Sessions',
    applications: 'Applications',
    activity: 'Activity',
    settings: 'Settings',
    console: 'Console',
  },
  console: {
    area: 'Console',
    dashboard: 'Dashboard',
    accounts: 'Accounts',
    reviews: 'Verifications',
    applications: 'Applications',
    websites: 'Websites',
    webhooks: 'Webhooks',
    audit: 'Audit log',
    messages: 'Messages',
    keys: 'Signing keys',
  },
};
