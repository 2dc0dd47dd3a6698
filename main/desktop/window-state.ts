/** Where the window is, and where it comes back to: never where no display shows it. */

/** In pixels that do not depend on the display’s density. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  /** When it is not maximised. */
  readonly bounds: Bounds;
  readonly maximised: boolean;
}

/** Of a window that was never moved; the system says where it comes up. */
export interface Placed {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly maximised: boolean;
}

const FIRST = { width: 1440, height: 900 };
/** Smaller, the three panes of a place no longer fit side by side. */
export const LEAST = { width: 800, height: 600 };

/** So much of its upper edge must be seen that one can take hold of it. */
const GRIP = { width: 160, height: 24 };

/** `areas` are what the displays leave to windows, the first display’s first. */
export function placeWindow(kept: WindowState | null, areas: readonly Bounds[]): Placed {
  const area = kept === null ? undefined : areas.find((one) => shows(one, kept.bounds));
  if (kept === null || area === undefined) {
    const first = areas[0] ?? { x: 0, y: 0, ...FIRST };
    return {
      width: Math.max(LEAST.width, Math.min(FIRST.width, first.width)),
      height: Math.max(LEAST.height, Math.min(FIRST.height, first.height)),
      maximised: kept?.maximised ?? false,
    };
  }
  const { bounds, maximised } = kept;
  return {
    x: bounds.x,
    y: bounds.y,
    width: Math.max(LEAST.width, Math.min(bounds.width, area.width)),
    height: Math.max(LEAST.height, Math.min(bounds.height, area.height)),
    maximised,
  };
}

function shows(area: Bounds, { x, y, width }: Bounds): boolean {
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return seen >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}
