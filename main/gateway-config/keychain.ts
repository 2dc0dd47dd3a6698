/** Secrets of a configuration that lie in the system's keychain, where the host has one. */
import type { Secrets } from '../../gateway/config.ts';

export interface Keychain {
  /** Why it is none that secrets are trusted to, in words; null: it is one. */
  reason(): Promise<string | null>;
  /** What there is for a configuration, without opening it. */
  names(config: string): string[];
  /** Rejects with ApiError. */
  open(config: string): Promise<Secrets>;
  /** Keeps a secret under a name that is not taken, and gives it. Rejects with ApiError. */
  keep(config: string, name: string, secret: string): Promise<string>;
  /** Forgets all but these. */
  retain(config: string, names: readonly string[]): void;
}
