/**
 * Lets sign-ups of one address in this process follow one another. It decides nothing (the unique constraint does
 * that, also between replicas): it makes fifty parallel sign-ups of one address cost one password hash, not fifty.
 */
export class SignUpQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  async oneAtATime<T>(email: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(email) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.last.set(email, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(email) === mine) this.last.delete(email);
    }
  }
}
