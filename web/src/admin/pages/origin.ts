/** Of a page's address its origin, as browsers write it; anything else stays as typed, for the server to refuse. */
export function originOf(text: string): string {
  try {
    const { origin } = new URL(text);
    return origin === "null" ? text : origin;
  } catch {
    return text;
  }
}
