/** What a refusal may say: one sentence, a list of sentences, or sentences by field. */
export type RefusalMessage = string | string[] | Record<string, string[]>;

/**
 * A refusal that the caller is meant to read. Everything else that is thrown is a fault of ours and
 * reaches the caller as a bare 500.
 */
export class AppError extends Error {
  constructor(
    /** HTTP status: 4xx, 503, or 507 (RFC 4918, section 11.5). */
    readonly status: number,
    /** Stable machine name, `<noun>.<problem>`; each one stands in docs/errors.md. */
    readonly code: string,
    /** The words of the contract; sent as `error`. */
    readonly refusal: RefusalMessage,
    /** Response headers that belong to the refusal, such as `Retry-After` (seconds). */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${JSON.stringify(refusal)}`);
    this.name = 'AppError';
  }

  /** The refusal as sentences, whatever its form. */
  get sentences(): string[] {
    if (typeof this.refusal === 'string') return [this.refusal];
    return Array.isArray(this.refusal) ? this.refusal : Object.values(this.refusal).flat();
  }
}
