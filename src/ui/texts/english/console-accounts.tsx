import type { ComponentChildren } from 'preact';

/** `2 days`, of milliseconds. */
function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return hours === 1 ? '1 hour' : `${hours} hours`;
  return `${Math.round(hours / 24)} days`;
}

/** The console's dashboard and its pages about accounts. */
export const consoleAccounts = {
  roles: { member: 'Member', compliance: 'Compliance', admin: 'Admin' },
  states: { pending: 'Not confirmed', active: 'Active', locked: 'Locked', banned: 'Banned' },
  levels: ['0 · New', '1 · E-mail confirmed', '2 · Phone verified', '3 · Identity approved'] as string[],
  profileStates: { pending: 'Waits for review', approved: 'Approved', rejected: 'Rejected' },
  dashboard: {
    lead: 'How the service is doing. Days are counted by UTC.',
    duration,
    waiting: 'Verifications waiting',
    oldestWaits: (time: string) => `The oldest waits for ${time}`,
    nothingWaits: 'Nobody waits.',
    failed: 'Messages that failed',
    failedHint: 'Mails and messages that were given up. Look at them and send them again.',
    noneFailed: 'Everything was sent.',
    accounts: 'Accounts',
    accountsHint: 'All of them, of every level and state.',
    range: 'Days in the charts',
    lastDays: (days: number) => `Last ${days} days`,
    day: 'Day',
    total: (count: string, days: number) => `${count} in ${days} days`,
    describe: (title: string, from: string, to: string) =>
      `${title} per day, from ${from} to ${to}. The numbers are in the table below.`,
    asTable: 'Show the numbers',
    byLevel: 'Accounts by level',
    fresh: 'Charts and levels are up to a minute old; what waits and what failed is counted now.',
    charts: {
      signUps: 'Sign-ups',
      signIns: 'Sign-ins',
      failures: 'Failed sign-ins',
      reviews: 'Verifications',
      submitted: 'Sent',
      reviewed: 'Decided',
    },
  },
  list: {
    lead: 'Everybody who has an account here.',
    search: 'E-mail address or UID',
    searchHint: 'How it begins is enough.',
    role: 'Role',
    state: 'State',
    level: 'Level',
    any: 'Any',
    submit: 'Search',
    clear: 'Show all',
    total: (count: string, isExact: boolean) => {
      if (count === '1') return '1 account';
      return isExact ? `${count} accounts` : `About ${count} accounts`;
    },
    empty: 'No account fits.',
    caption: 'Accounts, newest first',
    email: 'E-mail address',
    uid: 'UID',
    secondFactor: 'Second factor',
    since: 'Since',
    on: 'On',
    off: 'Off',
  },
  account: {
    lead: (uid: string) => `Account ${uid}`,
    back: 'All accounts',
    own: 'This is your own account. You change it under My account; nobody changes their own role or state.',
    facts: 'Account',
    created: 'Created',
    changed: 'Changed',
    levels: 'Levels',
    steps: ['E-mail address confirmed', 'Phone number verified', 'Identity approved'] as string[],
    stepDone: 'done',
    identity: 'Identity',
    profile: 'Profile',
    noProfile: 'None sent',
    documents: 'Documents',
    look: 'Look at profile and documents',
    lookHint: 'That you looked is recorded.',
    phones: 'Phone numbers',
    noPhones: 'No phone number.',
    verified: 'Verified',
    notVerified: 'Not verified',
    phone: 'Number',
    country: 'Country',
    phoneState: 'State',
    liveSessions: 'Signed in',
    liveCount: (count: number) => (count === 1 ? 'in one place' : `in ${count} places`),
    labelCount: 'Labels',
  },
  sessions: {
    title: 'Sessions',
    lead: 'Where the account is signed in.',
    empty: 'Signed in nowhere.',
    caption: 'Sessions, newest first',
    place: 'At',
    pages: 'Our own pages',
    device: 'Device',
    ip: 'Address',
    since: 'Since',
    lastSeen: 'Last seen',
    end: 'Sign out everywhere…',
    consequence:
      'All sessions end at once, and no token that was given out is good any more. Applications have to ask the person again.',
    submit: 'Sign this account out everywhere',
  },
  labels: {
    title: 'Labels',
    lead: 'Facts about the account. The owner writes public ones; private ones only staff, and applications never see them.',
    empty: 'No labels.',
    scopes: { public: 'Public', private: 'Private' },
    key: 'Key',
    keyHint: '3 to 255 of a-z, 0-9, _ and -',
    value: 'Value',
    scope: 'Scope',
    change: 'Change',
    save: 'Save',
    remove: 'Delete this label',
    add: 'Add a label',
    addSubmit: 'Add',
  },
  activity: {
    title: 'Activity',
    lead: 'The newest of what was done to this account.',
    empty: 'Nothing yet.',
    caption: 'Activity, newest first',
    when: 'When',
    what: 'What',
    by: 'By',
    owner: 'The owner',
    nobody: 'Nobody signed in',
    ip: 'Address',
    all: 'All of it, in the audit log',
  },
  actions: {
    title: 'Actions',
    access: 'Change role or state',
    recovery: 'Remove the second factor',
    delete: 'Delete the account',
  },
  access: {
    title: 'Role and state',
    lead: (email: ComponentChildren) => <>For {email}. It counts at once: every session of the account ends.</>,
    role: 'Role',
    state: 'State',
    roleHint: 'Admins do everything here. Compliance reads accounts and decides about profiles and documents.',
    stateHint: 'Locked and banned accounts cannot sign in.',
    submit: 'Save',
  },
  recovery: {
    title: 'Remove the second factor',
    lead: (email: ComponentChildren) => (
      <>
        For {email}, who has lost the device and has no recovery codes left. One admin asks, another one agrees within a
        day. The owner is told of both.
      </>
    ),
    off: 'The account has no second factor.',
    reason: 'Reason',
    reasonHint: 'How you know that it is really this person. No personal data: it stays in the audit log.',
    reasonMissing: 'Please say why.',
    request: 'Ask for the removal',
    again: 'Ask anew',
    waiting: 'A request waits',
    by: 'Asked by',
    at: 'Asked',
    until: 'Good until',
    consequence: 'If you agree, the second factor is gone and every session of the account ends.',
    approve: 'Agree and remove it',
    another: 'You asked. Another admin has to agree.',
  },
  deletion: {
    title: 'Delete the account',
    lead: (email: ComponentChildren) => (
      <>
        {email} is deleted for good, with profile, documents, phone numbers, labels and sessions. The audit log stays.
        Nothing brings it back.
      </>
    ),
    confirm: (uid: ComponentChildren) => <>To be sure, type the UID {uid}</>,
    submit: 'Delete for good',
    wrong: 'This is not the UID of the account.',
    cancel: 'Keep the account',
  },
  done: {
    changed: 'Role and state are as you chose.',
    sessions_ended: 'The account is signed out everywhere.',
    label_created: 'The label is there.',
    label_changed: 'The label is changed.',
    label_deleted: 'The label is gone.',
    recovery_requested: 'Another admin can agree within a day. The owner was told.',
    recovery_approved: 'The second factor is gone. The owner was told.',
    deleted: 'The account is deleted.',
    reviewed: 'Your decision counts. The person was told.',
  } as Record<string, string>,
};
