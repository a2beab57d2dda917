/** What can be said of something that was found. `refused`: it was not taken over; else it was, in another way. */
const FINDINGS = {
  'account.uid_malformed': { refused: true, text: 'uid is not ID and ten upper-case hex digits' },
  'account.email_invalid': { refused: true, text: 'e-mail address is none' },
  'account.email_taken': { refused: true, text: 'e-mail address belongs to another account here' },
  'account.not_storable': { refused: true, text: 'the database refused something of it' },
  'account.not_confirmed': { refused: false, text: 'was active without a confirmed address: pending here' },
  'account.password_unusable': { refused: false, text: 'no hash that can be checked: a password is set by e-mail' },
  'account.role_unknown': { refused: false, text: 'a role that is not known: a member here' },
  'account.state_unknown': { refused: false, text: 'a state that is not known: locked here' },
  'account.level_unknown': { refused: false, text: 'a level that is not known: the nearest of 0 to 3' },
  'account.too_much': { refused: true, text: 'has more labels, phones, profiles or documents than are taken over' },
  'account.staff': { refused: false, text: 'is staff here too: admin or compliance' },
  'otp.closed': { refused: false, text: 'second factor unknown: closed until two admins remove it' },
  'otp.by_mail': { refused: false, text: 'second factor unknown: off, and a new password is set by e-mail first' },
  'otp.no_account': { refused: true, text: 'a secret of a second factor for an account that is not there' },
  'label.invalid': { refused: true, text: 'key, value or scope of a label is not allowed' },
  'label.key_twice': { refused: true, text: 'a label of a key that the account has already; the private one stays' },
  'phone.invalid': { refused: true, text: 'verified phone number is none, or one that no SMS should go to' },
  'phone.taken': { refused: true, text: 'verified phone number belongs to another account, or is there twice' },
  'profile.incomplete': { refused: true, text: 'profile lacks a field, or has one that cannot be read' },
  'profile.second': { refused: true, text: 'a second profile of one account' },
  'profile.metadata': { refused: true, text: 'metadata of a profile is no small object of texts and numbers' },
  'profile.state_unknown': { refused: false, text: 'profile in a state that is not known: pending here' },
  'document.invalid': { refused: true, text: 'type, number or day of expiry of a document cannot be read' },
  'document.file_missing': { refused: true, text: 'file of a document is not there' },
  'document.file_refused': { refused: true, text: 'file of a document is no plain file of at most 10 MiB' },
  'document.not_an_image': { refused: true, text: 'file of a document is no JPEG or PNG that decodes' },
  'document.too_slow': { refused: true, text: 'file of a document takes too long to decode' },
  'application.invalid': { refused: true, text: 'uid, name or secret of an application is not allowed' },
  'application.redirect_uri': { refused: true, text: 'an application has redirect URIs that are not allowed' },
  'application.first_party_unchanged': { refused: true, text: 'was here already, and does not take passwords' },
  'application.skips_consent': { refused: false, text: 'skipauth, but not first-party: people are asked here' },
  'website.invalid': { refused: true, text: 'domain or title of a website is not allowed' },
} as const;

export type Finding = keyof typeof FINDINGS;

/** What is counted besides. */
export type Counted =
  | `${'accounts' | 'second factors' | 'labels' | 'phones' | 'profiles' | 'documents' | 'applications' | 'websites'} taken over`
  | `${'accounts' | 'applications' | 'websites'} left alone, known here`
  | 'phones left out, never verified';

/** What an import did and what it could not. It names accounts by uid, or by their old id, and tells nothing else of them. */
export class ImportReport {
  private readonly counts = new Map<Counted, number>();
  private readonly found = new Map<Finding, { number: number; subjects: string[] }>();

  /** @param most subjects of each finding that are named; staff is always named */
  constructor(private readonly most: number) {}

  count(what: Counted, number = 1): void {
    if (number > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + number);
  }

  /** @param subject a uid or `#` and an id */
  find(finding: Finding, subject: string): void {
    this.add(finding, 1, [subject]);
  }

  /** Takes in what a part of the work reported, once that part is kept. */
  merge(part: ImportReport): void {
    for (const [what, number] of part.counts) this.count(what, number);
    for (const [finding, { number, subjects }] of part.found) this.add(finding, number, subjects);
  }

  get hasRefusals(): boolean {
    return [...this.found.keys()].some((finding) => FINDINGS[finding].refused);
  }

  /** For the audit log. */
  summary(): Record<string, number> {
    const found = [...this.found].map(([finding, { number }]) => [finding, number] as const);
    return Object.fromEntries([...this.counts, ...found]);
  }

  lines(): string[] {
    const counted = [...this.counts].map(([what, number]) => `${String(number).padStart(9)}  ${what}`);
    return [...counted, ...this.section('Not taken over', true), ...this.section('Taken over, but', false)];
  }

  private add(finding: Finding, number: number, subjects: string[]): void {
    const all = this.found.get(finding) ?? { number: 0, subjects: [] };
    all.number += number;
    const room = finding === 'account.staff' ? subjects.length : Math.max(this.most - all.subjects.length, 0);
    for (const subject of subjects.slice(0, room)) all.subjects.push(subject);
    this.found.set(finding, all);
  }

  private section(title: string, refused: boolean): string[] {
    const findings = (Object.keys(FINDINGS) as Finding[]).filter(
      (finding) => FINDINGS[finding].refused === refused && this.found.has(finding),
    );
    if (findings.length === 0) return [];
    return ['', `${title}:`, ...findings.flatMap((finding) => this.describe(finding))];
  }

  private describe(finding: Finding): string[] {
    const { number = 0, subjects = [] } = this.found.get(finding) ?? {};
    const rest = number - subjects.length;
    return [
      `${String(number).padStart(9)}  ${finding}: ${FINDINGS[finding].text}`,
      ...subjects.map((subject) => `             ${subject}`),
      ...(rest > 0 ? [`             and ${rest} more`] : []),
    ];
  }
}
