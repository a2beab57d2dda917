const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar, written `yyyy-mm-dd`; there is no year 0000. */
export function isCalendarDate(text: string): boolean {
  if (!DATE.test(text) || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript turns the 30th of February into the 2nd of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
