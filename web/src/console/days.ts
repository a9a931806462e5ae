// Days as people choose them (YYYY-MM-DD, where the browser is), and the instants at which they begin. Pure but for the time zone.

/** Undefined: that is no day. */
export function startOfDay(day: string | undefined): string | undefined {
  return instant(day, 0);
}

/** When the day is over. */
export function startOfNextDay(day: string | undefined): string | undefined {
  return instant(day, 1);
}

/** The day of an instant, so many days later. */
export function dayOf(at: Date, later = 0): string {
  const d = new Date(at.getFullYear(), at.getMonth(), at.getDate() + later);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(d.getFullYear()).padStart(4, "0")}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** Counted in days, not in hours: some days have 23 or 25. */
function instant(day: string | undefined, later: number): string | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "");
  if (parts === null) return undefined;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const begun = new Date(year, month - 1, date);
  if (dayOf(begun) !== day) return undefined; // such as February 30
  return new Date(year, month - 1, date + later).toISOString();
}
