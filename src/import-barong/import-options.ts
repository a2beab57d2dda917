/** What the operator decides about an import. */
export interface ImportOptions {
  /** Everything is done and nothing kept. */
  dryRun: boolean;
  /** `public/uploads` of the other server; undefined while there are no documents, or they stay there. */
  uploads: string | undefined;
  leaveDocuments: boolean;
  /** What the other server's `config.pepper` was. */
  devisePepper: string | undefined;
  /** Secrets of second factors by uid, in base 32. */
  otpSecrets: ReadonlyMap<string, string>;
  /**
   * What becomes of a second factor whose secret nobody told. `staff`: the account stays closed until two admins remove
   * it. `mail`: for members, a new password by e-mail stands in for it, and the old one is void.
   */
  lostOtp: 'staff' | 'mail';
  /** Subjects of each finding that the report names. */
  mostNamed: number;
  /** Uids of applications that may take passwords here. */
  firstParty: ReadonlySet<string>;
}
