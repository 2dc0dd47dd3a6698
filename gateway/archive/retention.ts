/** Which sealed volumes are to go by the rules of retention. */

/** When a sealed volume is removed; null: that is no reason to. */
export interface RetentionLimits {
  /** Of its newest event, ms. */
  readonly age: number | null;
  /** The same of sessions on some connections, by name: a volume goes by the longest of those in it. */
  readonly connections?: Readonly<Record<string, number>>;
  /** Of all volumes together, bytes. */
  readonly bytes: number | null;
}

/** A volume as the rules see it. */
export interface Kept {
  readonly path: string;
  readonly bytes: number;
  /** Of its newest event, µs since 1970; null of one that is still written, or not sealed yet. */
  readonly lastTime: number | null;
  /** That its sessions were on. */
  readonly connections?: readonly string[];
}

/** A volume that is to go, and why. */
export interface Due {
  readonly path: string;
  readonly reason: string;
}

/**
 * The volumes that are to go, oldest first. `isHeld` is asked of a volume only when it would go; what is held stays, and counts
 * for the size all the same. A clock that was set back (`now`, µs) makes nothing older.
 */
export async function dueVolumes(
  volumes: readonly Kept[],
  limits: RetentionLimits,
  { now, isHeld }: { readonly now: number; readonly isHeld: (path: string) => Promise<boolean> },
): Promise<Due[]> {
  const { bytes } = limits;
  const sealed = volumes
    .filter((volume): volume is Kept & { lastTime: number } => volume.lastTime !== null)
    .toSorted((a, b) => a.lastTime - b.lastTime);
  let total = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
  const due: Due[] = [];
  for (const volume of sealed) {
    const age = ageOf(volume, limits);
    const isOld = age !== null && now - volume.lastTime > age * 1000;
    const isMuch = bytes !== null && total > bytes;
    if (!isOld && !isMuch) continue;
    if (await isHeld(volume.path)) continue;
    const reason = isOld ? `older than ${printDuration(age)}` : `the archive is larger than ${bytes} bytes`;
    due.push({ path: volume.path, reason });
    total -= volume.bytes;
  }
  return due;
}

/** How old a volume may become: as old as any of its sessions; null: no age is a reason for it to go. */
function ageOf({ connections = [] }: Kept, { age, connections: own = {} }: RetentionLimits): number | null {
  const ages = connections.map((name) => (Object.hasOwn(own, name) ? (own[name] ?? age) : age));
  if (ages.length === 0) return age;
  return ages.some((one) => one === null) ? null : Math.max(...ages.map((one) => one ?? 0));
}

/** As the configuration has it: `90d`. */
function printDuration(ms: number): string {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  const [unit = 'ms', size = 1] = Object.entries(units).find(([, length]) => ms % length === 0) ?? [];
  return `${ms / size}${unit}`;
}
