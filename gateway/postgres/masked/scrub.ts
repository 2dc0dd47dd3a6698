/** Detectors put to what a server says beside rows. */
import { maskDetected } from '../../masking/mask-detected.ts';
import type { Lane } from './lane.ts';
import type { Tally, Where } from './tally.ts';

/** The text with what detectors find in it masked. */
export type Scrub = (text: string) => string;

/** OID of text. */
const TEXT = 25;

/** Detectors of a lane, for texts of one place; what they find is counted. */
export function scrubOf(lane: Lane, where: Where, tally: Tally): Scrub {
  return (text) => {
    let masked = Buffer.from(text);
    for (const { rule, finder } of lane.detecting) {
      const cell = { type: TEXT, format: 0, style: rule.style, key: lane.wireKey } as const;
      const found = ({ detector }: { readonly detector: string }) => tally.add(where, detector, rule.rule);
      masked = Buffer.from(maskDetected(masked, cell, finder, lane.types, found) ?? '');
    }
    return masked.toString();
  };
}
