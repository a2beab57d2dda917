/** What the operator has to mend before the import can run or go on; the message holds no secret. */
export class ImportError extends Error {}
