/** The dates of the national file, which are known to the year, to the month or to the day, as people read them. */

/** "2024-03-05…" as "05/03/2024", "2024-03" as "03/2024", "2024" as it is. A text that is no such date stays as it is. */
export function frenchDate(date: string): string {
  const known = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(date);
  return known ? known.slice(1).filter(Boolean).reverse().join("/") : date;
}
