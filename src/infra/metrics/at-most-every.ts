/**
 * Work that is shared by everybody who asks for it within an interval, so that more scrapers ask the database no more
 * often. What failed is not kept.
 */
export function atMostEvery(ms: number, work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  let at = -Infinity;
  return () => {
    const now = performance.now();
    if (begun === undefined || now - at >= ms) {
      at = now;
      begun = work();
      begun.catch(() => (begun = undefined));
    }
    return begun;
  };
}
