/** Result files that may differ between the two runs, each with the reason; everything else that differs is a fault. */
export const EXPLAINED: Readonly<Record<string, string>> = {};
