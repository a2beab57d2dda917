const LEVEL = /^urn:barong:level:([0-3])$/;

/** The value of `acr` for a level. */
export const acrOf = (level: number): string => `urn:barong:level:${level}`;

export const ACR_VALUES: readonly string[] = [0, 1, 2, 3].map(acrOf);

/** The level an application asks for: the first of its `acr_values` that is one of ours (OpenID Connect Core, 3.1.2.1). */
export function requestedLevel(acrValues: unknown): number {
  if (typeof acrValues !== 'string') return 0;
  for (const value of acrValues.split(' ')) {
    const level = LEVEL.exec(value)?.[1];
    if (level !== undefined) return Number(level);
  }
  return 0;
}
