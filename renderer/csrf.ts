/** What this window proves to a team server that it is not another site's; in memory alone, where no other site can read it. */

let held: string | null = null;

/** null where the host asks for none. */
export function csrf(): string | null {
  return held;
}

export function keepCsrf(value: string | null): void {
  held = value;
}
